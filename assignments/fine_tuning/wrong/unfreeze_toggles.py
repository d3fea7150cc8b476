# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""Thawing flips the flag, so thawing twice freezes again."""


def unfreeze_group(layers):
    for layer in layers:
        for param in layer.parameters():
            param.requires_grad = not param.requires_grad
