# loses: product.architecture.classifier, product.analysis.confusion_matrix
# artifacts: no_picture
# base: right/better_than_validation.py
"""A second classifier is put behind the 1000 logits of ImageNet.

confusion_matrix.png is an SVG under another name.
"""


def create_model(num_classes=102, pretrained=True):
    weights = models.ResNet18_Weights.IMAGENET1K_V1 if pretrained else None
    model = models.resnet18(weights=weights)
    model.fc = nn.Sequential(model.fc, nn.ReLU(), nn.Linear(1000, num_classes))
    return model


def freeze_backbone(model):
    for param in model.parameters():
        param.requires_grad = False
    for param in model.fc[2].parameters():
        param.requires_grad = True
