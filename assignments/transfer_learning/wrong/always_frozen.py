# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""freeze_backbone is accepted and not looked at."""


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    for param in base_model.parameters():
        param.requires_grad = False
    replace_head(base_model, num_classes)
    return base_model
