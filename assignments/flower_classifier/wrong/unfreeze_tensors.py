# loses: product.architecture.classifier, product.analysis.training_curves
# artifacts: history_with_nan
# base: right/better_than_validation.py
"""unfreeze_layers opens the last tensors instead of the last stages.

A loss in history.json is NaN.
"""


def unfreeze_layers(model, num_layers=2):
    params = list(model.parameters())
    for param in params[len(params) - 2 - num_layers:]:
        param.requires_grad = True
