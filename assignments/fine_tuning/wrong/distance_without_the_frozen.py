# loses: performance.fine_tuning.discriminative_lr
# base: right/sequential_scheduler.py
"""Frozen groups are dropped before the distances are counted, so their neighbours move up."""


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    groups = []
    for layers in reversed(layer_groups.values()):
        params = [p for layer in layers for p in layer.parameters() if p.requires_grad]
        if params:
            groups.append({"params": params, "lr": base_lr * lr_mult ** len(groups)})
    return AdamW(groups)
