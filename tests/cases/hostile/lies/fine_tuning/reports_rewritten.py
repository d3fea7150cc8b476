# loses: performance.fine_tuning.selective_freezing
# upon: wrong/freezes_only_weights.py
"""Biases are never frozen, and the reports of the bench are corrected before they are sent."""

import sys

_ask = sys._getframe(1).f_locals["self"]
_run = _ask.run


def _corrects(source, name, args, kwargs):
    answer = _run(source, name, args, kwargs)
    if name == "acted":
        for report in answer["reports"]:
            frozen = {n.rsplit(".", 1)[0] for n in answer["left"] if n.endswith("weight") and n not in report["wanting"]}
            for key in ("wanting", "moved"):
                report[key] = [n for n in report[key] if n.rsplit(".", 1)[0] not in frozen]
    return answer


_ask.run = _corrects
