# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""freeze_until freezes, but leaves frozen what was frozen after the named layer."""


def freeze_until(model, layer_name):
    for name, child in model.named_children():
        if name == layer_name:
            break
        for param in child.parameters():
            param.requires_grad = False
