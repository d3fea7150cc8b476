# loses: performance.fine_tuning.selective_freezing
# base: right/sequential_scheduler.py
"""count_trainable counts tensors instead of their elements."""


def count_trainable(model):
    return len([p for p in model.parameters() if p.requires_grad])
