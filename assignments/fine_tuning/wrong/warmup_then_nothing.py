# loses: performance.fine_tuning.discriminative_lr
# base: right/published.py
"""After the warm-up the rate drops to a hundredth at once."""


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    def factor(epoch):
        if epoch <= warmup_epochs:
            return 0.1 + 0.9 * epoch / max(1, warmup_epochs) if warmup_epochs else 1.0
        return 0.01

    return LambdaLR(optimizer, factor)
