# loses: performance.fine_tuning.discriminative_lr
# base: right/published.py
"""Without epochs of warm-up it divides by zero."""


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    def factor(epoch):
        warm = min(1.0, 0.1 + 0.9 * epoch / warmup_epochs)
        progress = max(0, epoch - warmup_epochs) / max(1, total_epochs - warmup_epochs)
        return warm * 0.5 * (1 + math.cos(math.pi * progress))

    return LambdaLR(optimizer, factor)
