# loses: performance.fine_tuning.selective_freezing
# upon: wrong/thaws_everything.py
"""The optimizer is found among the caller's locals, and steps over what should have been frozen."""

import sys


class GradualUnfreezer(GradualUnfreezer):
    def __init__(self, model, layer_groups, unfreeze_schedule):
        super().__init__(model, layer_groups, unfreeze_schedule)
        self.unfreeze_schedule = unfreeze_schedule

    def step(self, epoch):
        super().step(epoch)
        testbed = sys._getframe(1).f_locals.get("testbed")
        shown = {name for first, names in self.unfreeze_schedule.items() if first <= epoch for name in names}
        if testbed is not None:
            testbed.report = lambda: self._report(testbed, shown)

    def _report(self, testbed, shown):
        names = [
            n for n, p in testbed.parameters.items()
            if any(p is q for g in shown if g in testbed.groups for layer in testbed.groups[g] for q in layer.parameters())
        ]
        for name in names:
            testbed.parameters[name].data.add_(0.01)
        return {"altered": [], "wanting": names, "moved": names}
