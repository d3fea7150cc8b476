# loses: performance.fine_tuning.selective_freezing
# base: right/published.py
"""count_trainable prints the number and returns nothing."""


def count_trainable(model):
    total = sum(p.numel() for p in model.parameters() if p.requires_grad)
    print(f"Trainable: {total:,}")
