# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
# adds: hooks
"""Gradients are cut with a hook instead of the flag: nothing moves, yet all counts as trainable."""

hooks = {}


def freeze_group(layers):
    for layer in layers:
        for param in layer.parameters():
            if param not in hooks:
                hooks[param] = param.register_hook(torch.zeros_like)


def unfreeze_group(layers):
    for layer in layers:
        for param in layer.parameters():
            param.requires_grad = True
            if param in hooks:
                hooks.pop(param).remove()
