# loses: performance.fine_tuning.discriminative_lr
# base: right/published.py
"""The first batch norm is in no group: it is never trained."""


def get_layer_groups(model):
    return {
        "stem": [model.conv1],
        "layer1": [model.layer1],
        "layer2": [model.layer2],
        "layer3": [model.layer3],
        "layer4": [model.layer4],
        "head": [model.fc],
    }
