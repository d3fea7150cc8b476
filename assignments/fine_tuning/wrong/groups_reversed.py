# loses: performance.fine_tuning.discriminative_lr
# base: right/published.py
"""The groups come head first."""


def get_layer_groups(model):
    return {
        "head": [model.fc],
        "layer4": [model.layer4],
        "layer3": [model.layer3],
        "layer2": [model.layer2],
        "layer1": [model.layer1],
        "stem": [model.conv1, model.bn1],
    }
