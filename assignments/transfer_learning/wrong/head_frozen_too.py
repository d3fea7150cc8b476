# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""Everything is frozen after the new layer was made, the new layer too."""


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    replace_head(base_model, num_classes)
    if freeze_backbone:
        for param in base_model.parameters():
            param.requires_grad = False
    return base_model
