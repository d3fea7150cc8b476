# loses: product.architecture.classifier, product.analysis.training_curves
# artifacts: history_no_json
# base: right/better_than_validation.py
"""Softmax at the end of the model, before CrossEntropyLoss.

history.json was written with print: it is no JSON.
"""


def create_model(num_classes=102, pretrained=True):
    weights = models.ResNet18_Weights.IMAGENET1K_V1 if pretrained else None
    model = models.resnet18(weights=weights)
    model.fc = nn.Sequential(nn.Linear(model.fc.in_features, num_classes), nn.Softmax(dim=1))
    return model
