# loses: product.architecture.base_model, product.analysis.confusion_matrix
# artifacts: same_picture
# base: right/better_than_validation.py
"""`pretrained` is ignored, so the model from scratch is pretrained too.

confusion_matrix.png is the curves again.
"""


def create_model(num_classes=102, pretrained=True):
    model = models.resnet18(weights="IMAGENET1K_V1")
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model
