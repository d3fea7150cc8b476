# loses: product.architecture.base_model, product.analysis.training_curves
# artifacts: blank_curves
# base: right/better_than_validation.py
"""weights=None was left in: the network starts at random.

The curves are blank: savefig after show.
"""


def create_model(num_classes=102, pretrained=True):
    model = models.resnet18(weights=None)
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model
