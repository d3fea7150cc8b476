# loses: performance.fine_tuning.discriminative_lr
# base: right/published.py
"""Warm-up and cosine in sequence as in the lesson: a floor above the stem's rate, and a division by zero."""


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    warmup = LinearLR(optimizer, start_factor=0.1, end_factor=1.0, total_iters=warmup_epochs)
    cosine = CosineAnnealingLR(optimizer, T_max=total_epochs - warmup_epochs, eta_min=1e-6)
    return SequentialLR(optimizer, schedulers=[warmup, cosine], milestones=[warmup_epochs])
