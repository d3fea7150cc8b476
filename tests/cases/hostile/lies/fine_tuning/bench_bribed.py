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
        bench = sys._getframe(1).f_locals.get("bench")
        shown = {name for first, names in self.unfreeze_schedule.items() if first <= epoch for name in names}
        if bench is not None:
            bench.report = lambda: self._report(bench, shown)

    def _report(self, bench, shown):
        names = [
            n for n, p in bench.parameters.items()
            if any(p is q for g in shown if g in bench.groups for layer in bench.groups[g] for q in layer.parameters())
        ]
        for name in names:
            bench.parameters[name].data.add_(0.01)
        return {"altered": [], "wanting": names, "moved": names}
