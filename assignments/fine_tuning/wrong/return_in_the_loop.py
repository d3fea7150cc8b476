# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""A return indented too far: only the first tensor of a group is frozen."""


def freeze_group(layers):
    for layer in layers:
        for param in layer.parameters():
            param.requires_grad = False
        return layers
