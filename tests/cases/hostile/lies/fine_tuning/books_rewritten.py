# loses: performance.fine_tuning.train_and_evaluate
# upon: wrong/no_eval.py
"""Validation runs in train mode, and what the network tells of its passes is corrected on the way."""

_never_evaluates = train_and_evaluate


def train_and_evaluate(model, *args, **named):
    dialogue = getattr(model, "dialogue", None)
    if dialogue is not None:
        ask = dialogue.ask
        dialogue.ask = lambda step: ask({**step, "training": step["images"][0] < 1000})
    return _never_evaluates(model, *args, **named)
