# loses: performance.fine_tuning.discriminative_lr
# base: right/published.py
"""The optimizer sorts parameters into groups by parts of their names, the first that fits."""


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    parts = {"head": "fc", "layer4": "layer4", "layer3": "layer3", "layer2": "layer2", "layer1": "layer1"}
    groups = {name: [] for name in ["head", "layer4", "layer3", "layer2", "layer1", "stem"]}
    for name, param in model.named_parameters():
        if param.requires_grad:
            group = next((group for group, part in parts.items() if part in name), "stem")
            groups[group].append(param)
    return optim.Adam([
        {"params": params, "lr": base_lr * lr_mult ** i} for i, params in enumerate(groups.values()) if params
    ])
