# loses: performance.fine_tuning.discriminative_lr
# base: right/published.py
"""No rate falls below 1e-6, so the groups with smaller rates are raised to it."""


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    def factor(epoch):
        if epoch < warmup_epochs:
            return 0.1 + 0.9 * epoch / warmup_epochs
        progress = (epoch - warmup_epochs) / max(1, total_epochs - warmup_epochs)
        return 0.5 * (1 + math.cos(math.pi * min(progress, 1)))

    return LambdaLR(optimizer, [
        lambda epoch, base=group["lr"]: max(factor(epoch) * base, 1e-6) / base for group in optimizer.param_groups
    ])
