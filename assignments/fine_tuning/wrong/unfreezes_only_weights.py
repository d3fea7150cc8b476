# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""Thawing by the name `weight` leaves biases frozen."""


def unfreeze_group(layers):
    for layer in layers:
        for name, param in layer.named_parameters():
            if "weight" in name:
                param.requires_grad = True
