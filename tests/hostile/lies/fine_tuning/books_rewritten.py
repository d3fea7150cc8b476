# loses: performance.fine_tuning.train_and_evaluate
# upon: wrong/no_eval.py
"""Validation runs in train mode, and the books that a network keeps of its passes are rewritten afterwards."""

_never_evaluates = train_and_evaluate


def train_and_evaluate(model, *args, **named):
    history = _never_evaluates(model, *args, **named)
    for number, (training, gradients, ids) in enumerate(getattr(model, "passes", ())):
        if ids[0] >= 1000:
            model.passes[number] = (False, False, ids)
    return history
