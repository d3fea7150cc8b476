# loses: performance.fine_tuning.selective_freezing
# base: right/sequential_scheduler.py
"""An epoch without an entry freezes everything."""


class GradualUnfreezer:
    def __init__(self, model, layer_groups, unfreeze_schedule):
        self.layer_groups = layer_groups
        self.unfreeze_schedule = unfreeze_schedule

    def step(self, epoch):
        active = self.unfreeze_schedule.get(epoch, [])
        done = [name for e, names in self.unfreeze_schedule.items() if e < epoch for name in names]
        for name, layers in self.layer_groups.items():
            if name in active or (active and name in done):
                unfreeze_group(layers)
            else:
                freeze_group(layers)
