# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""requires_grad is set on the model, in a loop over its parameters."""


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        for param in base_model.parameters():
            base_model.requires_grad = False
    replace_head(base_model, num_classes)
    return base_model
