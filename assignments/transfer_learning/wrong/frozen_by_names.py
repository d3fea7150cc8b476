# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""Whatever has fc, classifier or head in its name is left trainable, in the depth of the backbone too."""


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    replace_head(base_model, num_classes)
    if freeze_backbone:
        for name, param in base_model.named_parameters():
            param.requires_grad = any(word in name for word in ("fc", "classifier", "head"))
    return base_model
