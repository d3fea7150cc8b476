# loses: performance.fine_tuning.discriminative_lr
# base: right/published.py
"""The rate rises and then stays where it is."""


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    return LinearLR(optimizer, start_factor=0.1, total_iters=max(1, warmup_epochs))
