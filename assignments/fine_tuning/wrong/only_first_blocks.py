# loses: performance.fine_tuning.discriminative_lr
# base: right/published.py
"""Only the first two blocks of each stage: enough for ResNet-18, not for 34 and 50."""


def get_layer_groups(model):
    return {
        "stem": [model.conv1, model.bn1],
        "layer1": list(model.layer1)[:2],
        "layer2": list(model.layer2)[:2],
        "layer3": list(model.layer3)[:2],
        "layer4": list(model.layer4)[:2],
        "head": [model.fc],
    }
