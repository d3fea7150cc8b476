# loses: performance.fine_tuning.discriminative_lr
# base: right/published.py
# adds: WarmupCosine
"""Every group gets the rate of the first one."""


class WarmupCosine:
    def __init__(self, optimizer, warmup_epochs, total_epochs):
        self.optimizer = optimizer
        self.base = optimizer.param_groups[0]["lr"]
        self.warmup, self.total = warmup_epochs, total_epochs
        self.epoch = 0
        self.apply()

    def apply(self):
        if self.epoch < self.warmup:
            factor = 0.1 + 0.9 * self.epoch / self.warmup
        else:
            progress = (self.epoch - self.warmup) / max(1, self.total - self.warmup)
            factor = 0.5 * (1 + math.cos(math.pi * progress))
        for group in self.optimizer.param_groups:
            group["lr"] = self.base * factor

    def step(self):
        self.epoch += 1
        self.apply()


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    return WarmupCosine(optimizer, warmup_epochs, total_epochs)
