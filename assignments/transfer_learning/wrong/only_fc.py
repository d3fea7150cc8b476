# loses: performance.transfer_learning.replace_classifier
# base: right/plain.py
# removes: replace_head
"""Only ResNet is thought of: every model is expected to have an fc."""


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        for param in base_model.parameters():
            param.requires_grad = False
    num_features = base_model.fc.in_features
    base_model.fc = nn.Linear(num_features, num_classes)
    return base_model
