# loses: performance.fine_tuning.discriminative_lr
# base: right/sequential_scheduler.py
"""The groups are lists of parameters, which the other functions cannot go through."""


def get_layer_groups(model):
    groups = {name: [] for name in ("stem", "layer1", "layer2", "layer3", "layer4", "head")}
    for name, p in model.named_parameters():
        child = name.split(".")[0]
        groups["head" if child == "fc" else child if child in groups else "stem"].append(p)
    return groups
