# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""count_trainable counts frozen parameters too."""


def count_trainable(model):
    return sum(p.numel() for p in model.parameters())
