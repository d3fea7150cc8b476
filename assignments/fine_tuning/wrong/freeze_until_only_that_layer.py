# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""Only the named layer stays trainable; those after it are frozen as well."""


def freeze_until(model, layer_name):
    for name, param in model.named_parameters():
        param.requires_grad = layer_name in name
