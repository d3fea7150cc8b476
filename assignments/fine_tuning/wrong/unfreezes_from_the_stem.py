# loses: performance.fine_tuning.selective_freezing
# base: right/sequential_scheduler.py
"""At each entry of the schedule the next group from the input thaws, whatever the entry says."""


class GradualUnfreezer:
    def __init__(self, model, layer_groups, unfreeze_schedule):
        self.waiting = list(layer_groups.values())
        self.unfreeze_schedule = unfreeze_schedule
        model.requires_grad_(False)

    def step(self, epoch):
        for _ in self.unfreeze_schedule.get(epoch, []):
            unfreeze_group(self.waiting.pop(0))
