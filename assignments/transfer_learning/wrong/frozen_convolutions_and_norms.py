# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""Only layers with conv, bn or downsample in their names are frozen."""


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        for name, param in base_model.named_parameters():
            if any(word in name for word in ("conv", "bn", "downsample")):
                param.requires_grad = False
    replace_head(base_model, num_classes)
    return base_model
