# loses: product.architecture.classifier, product.analysis.training_curves
# artifacts: history_cut
# base: right/better_than_validation.py
"""`require_grad` for `requires_grad`: nothing is frozen, and no error is raised.

history.json lacks the rates of the last two epochs.
"""


def freeze_backbone(model):
    for param in model.parameters():
        param.require_grad = False
    for param in model.fc.parameters():
        param.requires_grad = True
