# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""Everything is frozen but what has fc in its name: layers called fc1 as well."""


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        for name, param in base_model.named_parameters():
            if "fc" not in name:
                param.requires_grad = False
    replace_head(base_model, num_classes)
    return base_model
