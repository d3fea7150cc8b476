# loses: performance.fine_tuning.selective_freezing, performance.fine_tuning.discriminative_lr
# base: right/published.py
"""Written against one's own example only: a schedule that starts with the head, rates for one setting."""


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    param_groups = []
    for i, name in enumerate(["head", "layer4", "layer3", "layer2", "layer1", "stem"]):
        lr = 1e-3 * (0.1 ** i)
        params = []
        for layer in layer_groups[name]:
            params.extend(p for p in layer.parameters() if p.requires_grad)
        if params:
            param_groups.append({"params": params, "lr": lr, "name": name})
    return optim.Adam(param_groups)


class GradualUnfreezer:
    def __init__(self, model, layer_groups, unfreeze_schedule):
        self.layer_groups = layer_groups
        for layers in layer_groups.values():
            freeze_group(layers)

    def step(self, epoch):
        if epoch >= 0:
            unfreeze_group(self.layer_groups["head"])
        if epoch >= 2:
            unfreeze_group(self.layer_groups["layer4"])
        if epoch >= 4:
            unfreeze_group(self.layer_groups["layer3"])
