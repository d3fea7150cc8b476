# loses: performance.fine_tuning.discriminative_lr
# base: right/sequential_scheduler.py
"""Groups by parts of names: every block has a conv1 and a bn1 too."""


def get_layer_groups(model):
    wanted = {
        "stem": ("conv1", "bn1"),
        "layer1": ("layer1",),
        "layer2": ("layer2",),
        "layer3": ("layer3",),
        "layer4": ("layer4",),
        "head": ("fc",),
    }
    groups = {}
    for group, keys in wanted.items():
        groups[group] = [
            module
            for name, module in model.named_modules()
            if not list(module.children()) and any(key in name for key in keys)
        ]
    return groups
