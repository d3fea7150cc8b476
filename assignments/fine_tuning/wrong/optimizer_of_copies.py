# loses: performance.fine_tuning.discriminative_lr
# base: right/published.py
"""The optimizer is given copies of the parameters, so the network never moves."""


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    param_groups = []
    for i, name in enumerate(["head", "layer4", "layer3", "layer2", "layer1", "stem"]):
        lr = base_lr * (lr_mult ** i)
        params = []
        for layer in layer_groups[name]:
            params.extend(p.clone().detach().requires_grad_() for p in layer.parameters() if p.requires_grad)
        if params:
            param_groups.append({"params": params, "lr": lr, "name": name})
    return optim.Adam(param_groups)
