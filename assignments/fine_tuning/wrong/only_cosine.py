# loses: performance.fine_tuning.discriminative_lr
# base: right/published.py
"""There is no warm-up: the cosine starts at once."""


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    return CosineAnnealingLR(optimizer, T_max=total_epochs)
