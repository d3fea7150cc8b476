# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""Each step freezes what an earlier one thawed: only the newest groups train."""


class GradualUnfreezer:
    def step(self, epoch):
        if epoch in self.schedule:
            for layers in self.layer_groups.values():
                freeze_group(layers)
            for name in self.schedule[epoch]:
                if name in self.layer_groups:
                    unfreeze_group(self.layer_groups[name])
