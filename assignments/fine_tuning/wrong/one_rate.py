# loses: performance.fine_tuning.discriminative_lr
# base: right/published.py
"""One parameter group and one rate for the whole network."""


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    params = [p for layers in layer_groups.values() for layer in layers for p in layer.parameters()]
    return optim.Adam([p for p in params if p.requires_grad], lr=base_lr)
