# loses: product.architecture.classifier, product.analysis.training_curves
# artifacts: no_claim
# base: right/better_than_validation.py
"""unfreeze_layers counts children, so that 2 opens fc and the pooling, which has nothing to open.

history.json does not tell the test accuracy.
"""


def unfreeze_layers(model, num_layers=2):
    children = list(model.children())
    for child in children[-num_layers:]:
        for param in child.parameters():
            param.requires_grad = True
