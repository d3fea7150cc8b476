# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""The unfreezer thaws whatever has a part of its name in common with the group: conv1 is in every block."""


class GradualUnfreezer:
    def __init__(self, model, layer_groups, unfreeze_schedule):
        self.model = model
        self.layer_groups = layer_groups
        self.schedule = unfreeze_schedule
        for param in model.parameters():
            param.requires_grad = False

    def step(self, epoch):
        parts = {"stem": ["conv1", "bn1"], "head": ["fc"]}
        for group in self.schedule.get(epoch, []):
            if group in self.layer_groups:
                for name, param in self.model.named_parameters():
                    if any(part in name for part in parts.get(group, [group])):
                        param.requires_grad = True
