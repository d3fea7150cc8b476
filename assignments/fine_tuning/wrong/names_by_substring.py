# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""Groups are compared by parts of their names, so a misspelt `layer` thaws all four stages."""


class GradualUnfreezer:
    def step(self, epoch):
        if epoch in self.schedule:
            for name in self.schedule[epoch]:
                for group, layers in self.layer_groups.items():
                    if name in group:
                        unfreeze_group(layers)
