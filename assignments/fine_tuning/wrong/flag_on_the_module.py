# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""The flag is set on the layers, not on their parameters."""


def freeze_group(layers):
    for layer in layers:
        layer.requires_grad = False
