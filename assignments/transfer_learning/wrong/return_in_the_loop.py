# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""The return stands in the freezing loop: one tensor is frozen."""


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    replace_head(base_model, num_classes)
    if not freeze_backbone:
        return base_model
    for name, param in base_model.named_parameters():
        if not name.startswith(("fc.", "classifier.", "heads.", "head.")):
            param.requires_grad = False
        return base_model
