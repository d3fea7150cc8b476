# loses: performance.fine_tuning.discriminative_lr
# base: right/published.py
"""A cosine with restarts: the rate jumps up again and again."""

from torch.optim.lr_scheduler import CosineAnnealingLR, CosineAnnealingWarmRestarts, LambdaLR, LinearLR, SequentialLR


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    if warmup_epochs == 0:
        return CosineAnnealingLR(optimizer, T_max=total_epochs)
    warmup = LinearLR(optimizer, start_factor=0.1, total_iters=warmup_epochs)
    cosine = CosineAnnealingWarmRestarts(optimizer, T_0=5)
    return SequentialLR(optimizer, [warmup, cosine], milestones=[warmup_epochs])
