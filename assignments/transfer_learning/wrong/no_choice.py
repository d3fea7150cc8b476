# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""The argument freeze_backbone is missing."""


def create_transfer_model(base_model, num_classes):
    for param in base_model.parameters():
        param.requires_grad = False
    replace_head(base_model, num_classes)
    return base_model
