# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""The unfreezer counts calls of its own instead of using the epoch: a repeated call runs ahead."""


class GradualUnfreezer:
    def __init__(self, model, layer_groups, unfreeze_schedule):
        self.layer_groups = layer_groups
        self.schedule = unfreeze_schedule
        self.epoch = 0
        for layers in layer_groups.values():
            freeze_group(layers)

    def step(self, epoch=None):
        for name in self.schedule.get(self.epoch, []):
            if name in self.layer_groups:
                unfreeze_group(self.layer_groups[name])
        self.epoch += 1
