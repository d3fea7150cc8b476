# loses: product.architecture.classifier
# base: right/better_than_validation.py
"""EfficientNet: unfreeze_layers opens features from the start, and everything for 0."""


def create_model(num_classes=102, pretrained=True):
    model = models.efficientnet_b0(weights="DEFAULT" if pretrained else None)
    model.classifier[1] = nn.Linear(model.classifier[1].in_features, num_classes)
    return model


def freeze_backbone(model):
    for param in model.parameters():
        param.requires_grad = False
    for param in model.classifier.parameters():
        param.requires_grad = True


def unfreeze_layers(model, num_layers=2):
    for layer in list(model.features)[:num_layers]:
        for param in layer.parameters():
            param.requires_grad = True
