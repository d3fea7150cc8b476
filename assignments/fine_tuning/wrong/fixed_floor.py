# loses: performance.fine_tuning.discriminative_lr
# base: right/sequential_scheduler.py
"""A floor of 1e-6 for every group lifts the tiny rates of the first layers."""


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    if warmup_epochs == 0:
        return CosineAnnealingLR(optimizer, T_max=total_epochs)
    warmup = LinearLR(optimizer, start_factor=0.1, total_iters=warmup_epochs)
    if warmup_epochs >= total_epochs:
        return warmup
    cosine = CosineAnnealingLR(optimizer, T_max=total_epochs - warmup_epochs, eta_min=1e-6)
    return SequentialLR(optimizer, [warmup, cosine], milestones=[warmup_epochs])
