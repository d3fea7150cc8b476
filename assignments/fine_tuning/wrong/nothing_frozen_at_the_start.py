# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""The unfreezer never freezes: everything trains from the first epoch."""


class GradualUnfreezer:
    def __init__(self, model, layer_groups, unfreeze_schedule):
        self.model = model
        self.layer_groups = layer_groups
        self.schedule = unfreeze_schedule
