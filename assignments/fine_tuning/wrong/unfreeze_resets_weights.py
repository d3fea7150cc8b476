# loses: performance.fine_tuning.selective_freezing
# base: right/sequential_scheduler.py
"""Thawed layers are initialised anew: what was pretrained is lost."""


def unfreeze_group(layers):
    for layer in layers:
        for module in layer.modules():
            if hasattr(module, "reset_parameters"):
                module.reset_parameters()
        layer.requires_grad_(True)
