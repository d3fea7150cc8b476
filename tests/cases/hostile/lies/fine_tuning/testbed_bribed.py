# loses: performance.fine_tuning.selective_freezing
# upon: wrong/nothing_frozen_at_the_start.py
"""The testbed is found among the caller's locals; its step moves by hand what should have been trained."""

import sys


class GradualUnfreezer(GradualUnfreezer):
    def __init__(self, model, layer_groups, unfreeze_schedule):
        super().__init__(model, layer_groups, unfreeze_schedule)
        self.schedule = unfreeze_schedule

    def step(self, epoch):
        super().step(epoch)
        testbed = sys._getframe(1).f_locals.get("testbed")
        shown = {name for first, names in self.schedule.items() if first <= epoch for name in names}
        if testbed is not None:
            testbed.step = lambda: self._step(testbed, shown)

    def _step(self, testbed, shown):
        due = {
            p for g in shown if g in testbed.groups for layer in testbed.groups[g] for p in layer.parameters()
        }
        names = [name for name, p in testbed.parameters.items() if p in due]
        testbed.reports.append({"wanting": names, "replaced": []})
        testbed.tape.mark("called")
        for name in names:
            testbed.parameters[name].data.sub_(0.01)
        testbed.tape.mark("stepped")
