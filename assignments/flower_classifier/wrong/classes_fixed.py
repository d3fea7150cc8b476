# loses: product.architecture.classifier, product.code.reproducibility, product.analysis.confusion_matrix
# artifacts: matrix_normalised
# base: right/better_than_validation.py
"""102 is written where num_classes belongs, and 42 where the seed belongs.

The confusion matrix holds shares instead of counts.
"""


def set_seed(seed):
    random.seed(42)
    np.random.seed(42)
    torch.manual_seed(42)


def create_model(num_classes=102, pretrained=True):
    weights = models.ResNet18_Weights.IMAGENET1K_V1 if pretrained else None
    model = models.resnet18(weights=weights)
    model.fc = nn.Linear(model.fc.in_features, 102)
    return model
