# loses: product.architecture.base_model, product.architecture.classifier, product.training.lr_scheduler, product.training.early_stopping, product.training.accuracy, product.analysis.training_curves, product.analysis.confusion_matrix, product.code.reproducibility
# base: right/better_than_validation.py
"""create_model returns nothing."""


def create_model(num_classes=102, pretrained=True):
    weights = models.ResNet18_Weights.IMAGENET1K_V1 if pretrained else None
    model = models.resnet18(weights=weights)
    model.fc = nn.Linear(model.fc.in_features, num_classes)
