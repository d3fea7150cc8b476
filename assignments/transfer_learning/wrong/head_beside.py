# loses: performance.transfer_learning.replace_classifier, performance.transfer_learning.feature_extraction
# base: right/plain.py
# removes: replace_head
"""The new layer becomes model.classifier, where a ResNet does not look."""


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        for param in base_model.parameters():
            param.requires_grad = False
    layers = [m for m in base_model.modules() if isinstance(m, nn.Linear)]
    base_model.classifier = nn.Linear(layers[-1].in_features, num_classes)
    return base_model
