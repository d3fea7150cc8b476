# loses: performance.fine_tuning.discriminative_lr
# base: right/sequential_scheduler.py
"""Two groups, backbone and head, instead of six."""


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    backbone, head = [], []
    for name, layers in layer_groups.items():
        for layer in layers:
            (head if name == "head" else backbone).extend(p for p in layer.parameters() if p.requires_grad)
    return AdamW([{"params": backbone, "lr": base_lr * lr_mult}, {"params": head, "lr": base_lr}])
