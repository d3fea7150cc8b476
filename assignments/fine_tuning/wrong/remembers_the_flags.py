# loses: performance.fine_tuning.selective_freezing
# base: right/sequential_scheduler.py
# adds: remembered
# removes: set_trainable
"""Freezing remembers the flags and thawing restores them: frozen twice, a group never thaws."""

remembered = {}


def freeze_group(layers):
    for layer in layers:
        for param in layer.parameters():
            remembered[param] = param.requires_grad
            param.requires_grad = False


def set_trainable(layers, trainable):
    for layer in layers:
        layer.requires_grad_(trainable)


def unfreeze_group(layers):
    for layer in layers:
        for param in layer.parameters():
            param.requires_grad = remembered.get(param, True)
