# loses: performance.transfer_learning.replace_classifier, performance.transfer_learning.feature_extraction
# base: right/plain.py
# removes: replace_head
"""The model that is handed over is ignored, and another one is loaded."""


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    model = models.resnet18(weights="DEFAULT")
    if freeze_backbone:
        for param in model.parameters():
            param.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model
