# loses: product.architecture.base_model, product.analysis.training_curves
# artifacts: thumbnail
# base: right/better_than_validation.py
"""The pretrained weights are loaded, and then every layer is initialised again.

The curves are too small to be read.
"""


def create_model(num_classes=102, pretrained=True):
    weights = models.ResNet18_Weights.IMAGENET1K_V1 if pretrained else None
    model = models.resnet18(weights=weights)
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    for m in model.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        elif isinstance(m, nn.BatchNorm2d):
            nn.init.constant_(m.weight, 1)
            nn.init.constant_(m.bias, 0)
    return model
