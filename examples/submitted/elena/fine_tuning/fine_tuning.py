import math

import torch
import torch.nn as nn
import torch.nn.functional as F


def freeze_group(layers):
    [l.requires_grad_(False) for l in layers]


def unfreeze_group(layers):
    [l.requires_grad_(True) for l in layers]


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def freeze_until(model, layer_name):
    # congelo hasta encontrar la capa, esa incluida no
    found = False
    for name, layer in model.named_children():
        found = found or name == layer_name
        layer.requires_grad_(found)


def choose_strategy(num_samples):
    return "feature_extraction" if num_samples < 1000 else "last_layers" if num_samples <= 10000 else "full"


class GradualUnfreezer:
    def __init__(self, model, layer_groups, unfreeze_schedule):
        self.model, self.groups, self.schedule = model, layer_groups, unfreeze_schedule
        model.requires_grad_(False)

    def step(self, epoch):
        for name in self.schedule.get(epoch, []):
            if name in self.groups:
                unfreeze_group(self.groups[name])


def get_layer_groups(model):
    g = {"stem": [model.conv1, model.bn1]}
    for i in range(1, 5):
        g[f"layer{i}"] = [getattr(model, f"layer{i}")]
    g["head"] = [model.fc]
    return g


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    groups = []
    for k, layers in enumerate(reversed(layer_groups.values())):
        ps = [p for l in layers for p in l.parameters() if p.requires_grad]
        if ps:
            groups.append({"params": ps, "lr": base_lr * lr_mult**k})
    return torch.optim.SGD(groups, momentum=0.9)


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    def lr_lambda(e):
        if e < warmup_epochs:
            return 0.1 + 0.9 * e / warmup_epochs
        if total_epochs == warmup_epochs:
            return 1.0
        return 0.5 * (1 + math.cos(math.pi * (e - warmup_epochs) / (total_epochs - warmup_epochs)))

    return torch.optim.lr_scheduler.LambdaLR(optimizer, lr_lambda)


def train_and_evaluate(model, train_loader, val_loader, epochs=1):
    opt = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=5e-3, momentum=0.9)
    hist = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for _ in range(epochs):
        model.train()
        losses, accs = [], []
        for x, y in train_loader:
            opt.zero_grad()
            out = model(x)
            loss = F.cross_entropy(out, y)
            loss.backward()
            opt.step()
            losses.append(loss.item())
            accs.append((out.argmax(1) == y).float().mean().item())
        hist["train_loss"].append(sum(losses) / len(losses))
        hist["train_acc"].append(sum(accs) / len(accs))
        model.eval()
        losses, accs = [], []
        with torch.no_grad():
            for x, y in val_loader:
                out = model(x)
                losses.append(F.cross_entropy(out, y).item())
                accs.append((out.argmax(1) == y).float().mean().item())
        hist["val_loss"].append(sum(losses) / len(losses))  # media de los lotes
        hist["val_acc"].append(sum(accs) / len(accs))
    return hist
