# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""`require_grad` without its s: nothing is ever frozen, and nothing complains."""


def freeze_group(layers):
    for layer in layers:
        for param in layer.parameters():
            param.require_grad = False
