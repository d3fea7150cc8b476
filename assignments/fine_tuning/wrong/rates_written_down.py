# loses: performance.fine_tuning.discriminative_lr
# base: right/published.py
# adds: LRS
"""The rates are constants: right by default, deaf to base_lr and lr_mult."""

LRS = {"head": 1e-3, "layer4": 1e-4, "layer3": 1e-5, "layer2": 1e-6, "layer1": 1e-7, "stem": 1e-8}


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    param_groups = []
    for name, layers in layer_groups.items():
        params = [p for layer in layers for p in layer.parameters() if p.requires_grad]
        if params:
            param_groups.append({"params": params, "lr": LRS[name]})
    return optim.Adam(param_groups)
