# loses: performance.fine_tuning.discriminative_lr
# base: right/sequential_scheduler.py
"""The rates fall by equal steps instead of equal factors."""


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    rates = {}
    lr = base_lr
    for name in reversed(list(layer_groups)):
        rates[name] = lr
        lr -= base_lr * lr_mult
    groups = []
    for name, layers in layer_groups.items():
        params = [p for layer in layers for p in layer.parameters() if p.requires_grad]
        groups.append({"params": params, "lr": rates[name]})
    return SGD(groups, lr=base_lr, momentum=0.9)
