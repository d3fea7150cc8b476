# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""The unfreezer looks for the names of a group's layers anywhere in a parameter's name."""


class GradualUnfreezer:
    def __init__(self, model, layer_groups, unfreeze_schedule):
        self.model = model
        self.layer_groups = layer_groups
        self.schedule = unfreeze_schedule
        for param in model.parameters():
            param.requires_grad = False

    def step(self, epoch):
        for group in self.schedule.get(epoch, []):
            for layer in self.layer_groups.get(group, []):
                wanted = [name for name, module in self.model.named_modules() if module is layer]
                for name, param in self.model.named_parameters():
                    if wanted and wanted[0] in name:
                        param.requires_grad = True
