# loses: product.architecture.classifier, product.training.accuracy, product.analysis.training_curves, product.analysis.confusion_matrix
# base: right/better_than_validation.py
"""The new layer is stored as `classifier`, which a ResNet's forward does not use."""


def create_model(num_classes=102, pretrained=True):
    weights = models.ResNet18_Weights.IMAGENET1K_V1 if pretrained else None
    model = models.resnet18(weights=weights)
    model.classifier = nn.Linear(model.fc.in_features, num_classes)
    return model


def freeze_backbone(model):
    for param in model.parameters():
        param.requires_grad = False
    for param in model.classifier.parameters():
        param.requires_grad = True
