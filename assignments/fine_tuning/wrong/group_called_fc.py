# loses: performance.fine_tuning.discriminative_lr
# base: right/sequential_scheduler.py
"""The last group is called fc."""


def get_layer_groups(model):
    groups = {"stem": [model.conv1, model.bn1]}
    for i in range(1, 5):
        groups[f"layer{i}"] = [getattr(model, f"layer{i}")]
    groups["fc"] = [model.fc]
    return groups
