# ends: denied
"""The last moment names tensors that the program does not have."""

import sys

trainings = sys.modules["autograder.programs.trainings"]
_record = trainings.record


def _forged(*args):
    answer = _record(*args)
    answer["marks"] = [["end", 0, {"0.weight": 10**6}]]
    return answer


trainings.record = _forged


def train(model, loader, val_loader):
    return []
