# loses: performance.fine_tuning.selective_freezing, performance.fine_tuning.discriminative_lr, performance.fine_tuning.train_and_evaluate
# base: right/published.py
"""Every name is there and does nothing."""


def get_layer_groups(model):
    pass


def freeze_group(layers):
    pass


def unfreeze_group(layers):
    pass


def count_trainable(model):
    pass


def freeze_until(model, layer_name):
    pass


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    pass


class GradualUnfreezer:
    def __init__(self, model, layer_groups, unfreeze_schedule):
        pass

    def step(self, epoch):
        pass


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    pass


def choose_strategy(num_samples):
    pass


def train_and_evaluate(model, train_loader, val_loader, epochs=1):
    pass
