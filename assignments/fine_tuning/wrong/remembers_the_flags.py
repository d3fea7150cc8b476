# loses: performance.fine_tuning.selective_freezing
"""Freezing remembers the flags and thawing restores them: frozen twice, a group never thaws."""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import SGD, AdamW
from torch.optim.lr_scheduler import CosineAnnealingLR, LambdaLR, LinearLR, SequentialLR


def get_layer_groups(model):
    groups = {"stem": [model.conv1, model.bn1]}
    for i in range(1, 5):
        groups[f"layer{i}"] = [getattr(model, f"layer{i}")]
    groups["head"] = [model.fc]
    return groups


remembered = {}


def freeze_group(layers):
    for layer in layers:
        for param in layer.parameters():
            remembered[param] = param.requires_grad
            param.requires_grad = False


def set_trainable(layers, trainable):
    for layer in layers:
        layer.requires_grad_(trainable)


def unfreeze_group(layers):
    for layer in layers:
        for param in layer.parameters():
            param.requires_grad = remembered.get(param, True)


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def freeze_until(model, layer_name):
    names = [name for name, _ in model.named_children()]
    limit = names.index(layer_name)
    for position, child in enumerate(model.children()):
        for p in child.parameters():
            p.requires_grad = position >= limit


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    rates = {}
    lr = base_lr
    for name in reversed(list(layer_groups)):
        rates[name] = lr
        lr *= lr_mult
    groups = []
    for name, layers in layer_groups.items():
        params = [p for layer in layers for p in layer.parameters() if p.requires_grad]
        groups.append({"params": params, "lr": rates[name]})
    return SGD(groups, lr=base_lr, momentum=0.9)


class GradualUnfreezer:
    def __init__(self, model, layer_groups, unfreeze_schedule):
        self.layer_groups = layer_groups
        self.unfreeze_schedule = unfreeze_schedule
        for p in model.parameters():
            p.requires_grad = False

    def step(self, epoch):
        for name in self.unfreeze_schedule.get(epoch, []):
            unfreeze_group(self.layer_groups[name])


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    if warmup_epochs == 0:
        return CosineAnnealingLR(optimizer, T_max=total_epochs)
    warmup = LinearLR(optimizer, start_factor=0.1, total_iters=warmup_epochs)
    if warmup_epochs >= total_epochs:
        return warmup
    cosine = CosineAnnealingLR(optimizer, T_max=total_epochs - warmup_epochs)
    return SequentialLR(optimizer, [warmup, cosine], milestones=[warmup_epochs])


def choose_strategy(num_samples):
    if num_samples > 10_000:
        return "full"
    if num_samples >= 1_000:
        return "last_layers"
    return "feature_extraction"


def run_epoch(model, loader, optimizer=None):
    training = optimizer is not None
    model.train(training)
    losses, hits, n = 0.0, 0.0, 0
    with torch.set_grad_enabled(training):
        for x, y in loader:
            logits = model(x)
            loss = F.cross_entropy(logits, y)
            if training:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            losses += loss.item() * len(y)
            hits += (logits.argmax(dim=1) == y).sum().item()
            n += len(y)
    return losses / n, hits / n


def train_and_evaluate(model, train_loader, val_loader, epochs=1, optimizer=None, scheduler=None):
    if optimizer is None:
        optimizer = SGD([p for p in model.parameters() if p.requires_grad], lr=1e-2, momentum=0.9)
    history = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for _ in range(epochs):
        train_loss, train_acc = run_epoch(model, train_loader, optimizer)
        val_loss, val_acc = run_epoch(model, val_loader)
        if scheduler is not None:
            scheduler.step()
        history["train_loss"].append(train_loss)
        history["train_acc"].append(train_acc)
        history["val_loss"].append(val_loss)
        history["val_acc"].append(val_acc)
    return history
