# loses: performance.fine_tuning.discriminative_lr
# base: right/sequential_scheduler.py
# adds: WarmupCosine
"""The rate is only set by step(): the first epoch runs at full rate."""


class WarmupCosine:
    def __init__(self, optimizer, warmup_epochs, total_epochs):
        self.optimizer = optimizer
        self.bases = [group["lr"] for group in optimizer.param_groups]
        self.warmup, self.total = warmup_epochs, total_epochs
        self.epoch = 0

    def step(self):
        self.epoch += 1
        if self.epoch < self.warmup:
            factor = 0.1 + 0.9 * self.epoch / self.warmup
        else:
            progress = (self.epoch - self.warmup) / max(1, self.total - self.warmup)
            factor = 0.5 * (1 + math.cos(math.pi * progress))
        for group, base in zip(self.optimizer.param_groups, self.bases):
            group["lr"] = base * factor


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    return WarmupCosine(optimizer, warmup_epochs, total_epochs)
