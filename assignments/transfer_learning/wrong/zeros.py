# loses: performance.transfer_learning.replace_classifier
# base: right/plain.py
"""The new layer starts with zeros."""


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        for param in base_model.parameters():
            param.requires_grad = False
    replace_head(base_model, num_classes)
    for module in base_model.modules():
        if isinstance(module, nn.Linear) and module.out_features == num_classes:
            nn.init.zeros_(module.weight)
            nn.init.zeros_(module.bias)
    return base_model
