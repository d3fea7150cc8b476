# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""The attribute is misspelt: require_grad freezes nothing."""


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        for param in base_model.parameters():
            param.require_grad = False
    replace_head(base_model, num_classes)
    return base_model
