# loses: performance.fine_tuning.discriminative_lr
# base: right/published.py
"""The linear part goes on after the warm-up, past the base rate."""


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    def factor(epoch):
        warm = 0.1 + 0.9 * epoch / max(1, warmup_epochs)
        progress = epoch / max(1, total_epochs)
        return warm * 0.5 * (1 + math.cos(math.pi * progress))

    return LambdaLR(optimizer, factor)
