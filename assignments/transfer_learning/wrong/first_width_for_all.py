# loses: performance.transfer_learning.replace_classifier
# base: right/plain.py
# removes: replace_head
"""The head is rebuilt with the width of the last layer, though a hidden layer came before; ViT is forgotten."""


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        for param in base_model.parameters():
            param.requires_grad = False

    if hasattr(base_model, "fc"):
        in_features = base_model.fc.in_features
        base_model.fc = nn.Linear(in_features, num_classes)
    elif hasattr(base_model, "classifier"):
        in_features = base_model.classifier[-1].in_features
        base_model.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(in_features, num_classes))
    elif hasattr(base_model, "head"):
        in_features = base_model.head.in_features
        base_model.head = nn.Linear(in_features, num_classes)
    return base_model
