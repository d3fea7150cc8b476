# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""Groups are looked for in parameter names, where `head` and `stem` never occur."""


class GradualUnfreezer:
    def __init__(self, model, layer_groups, unfreeze_schedule):
        self.model = model
        self.schedule = unfreeze_schedule
        for param in model.parameters():
            param.requires_grad = False

    def step(self, epoch):
        for group in self.schedule.get(epoch, []):
            for name, param in self.model.named_parameters():
                if group in name:
                    param.requires_grad = True
