import torch
from torch import nn


def freeze_group(layers):
    for layer in layers:
        layer.requires_grad = False


def unfreeze_group(layers):
    for layer in layers:
        layer.requires_grad = True


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def freeze_until(model, layer_name):
    raise NotImplementedError("Congelación selectiva")


def choose_strategy(num_samples):
    if num_samples < 1000:
        return "feature_extraction"
    elif num_samples < 10000:
        return "last_layers"
    else:
        return "full"


class GradualUnfreezer:
    def __init__(self, model, layer_groups, unfreeze_schedule):
        raise NotImplementedError("Congelación selectiva")

    def step(self, epoch):
        raise NotImplementedError("Congelación selectiva")


def get_layer_groups(model):
    raise NotImplementedError("Tasas de aprendizaje por grupo")


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    raise NotImplementedError("Tasas de aprendizaje por grupo")


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    raise NotImplementedError("Tasas de aprendizaje por grupo")


def train_and_evaluate(model, train_loader, val_loader, epochs=1):
    raise NotImplementedError("Entrenamiento y evaluación")
