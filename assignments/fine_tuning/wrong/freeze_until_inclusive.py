# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""The named layer is frozen too."""


def freeze_until(model, layer_name):
    found = False
    for name, child in model.named_children():
        for param in child.parameters():
            param.requires_grad = found
        if name == layer_name:
            found = True
