# loses: performance.fine_tuning.selective_freezing
# base: right/sequential_scheduler.py
"""An epoch that is not in the schedule raises KeyError."""


class GradualUnfreezer:
    def step(self, epoch):
        for name in self.unfreeze_schedule[epoch]:
            unfreeze_group(self.layer_groups[name])
