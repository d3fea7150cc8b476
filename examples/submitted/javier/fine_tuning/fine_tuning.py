# Ejercicio 3 - Javier
import torch
import torch.nn as nn
from torch.optim.lr_scheduler import LambdaLR
from math import cos, pi


def freeze_group(layers):
    for layer in layers:
        for name, p in layer.named_parameters():
            p.requires_grad_(False)


def unfreeze_group(layers):
    for layer in layers:
        for name, p in layer.named_parameters():
            p.requires_grad_(True)


def count_trainable(model):
    trainable = [p for p in model.parameters() if p.requires_grad is True]
    return int(sum([p.numel() for p in trainable]))


def freeze_until(model, layer_name):
    children = dict(model.named_children())
    if layer_name not in children:
        raise ValueError(f"{layer_name} no existe. Hay: {list(children)}")
    antes = True
    for name, child in children.items():
        if name == layer_name:
            antes = False
        if antes:
            freeze_group([child])
        else:
            unfreeze_group([child])


def choose_strategy(num_samples):
    if num_samples > 10_000:
        return "full"
    elif num_samples >= 1_000:
        return "last_layers"
    else:
        return "feature_extraction"


class GradualUnfreezer(object):
    def __init__(self, model, layer_groups, unfreeze_schedule):
        self.model = model
        self.layer_groups = layer_groups
        self.unfreeze_schedule = unfreeze_schedule
        self.started = False

    def step(self, epoch):
        if not self.started:
            # la primera vez: todo congelado
            for p in self.model.parameters():
                p.requires_grad_(False)
            self.started = True
        if epoch not in self.unfreeze_schedule:
            return
        for g in self.unfreeze_schedule[epoch]:
            if g not in self.layer_groups:
                raise ValueError("Grupo desconocido: " + str(g))
            unfreeze_group(self.layer_groups[g])


def get_layer_groups(model):
    return {
        "stem": [model.conv1, model.bn1],
        "layer1": list(model.layer1),
        "layer2": list(model.layer2),
        "layer3": list(model.layer3),
        "layer4": list(model.layer4),
        "head": [model.fc],
    }


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    n = len(layer_groups)
    pgs = []
    for i, (name, layers) in enumerate(layer_groups.items()):
        params = [p for l in layers for p in l.parameters() if p.requires_grad]
        if len(params) == 0:
            continue
        pgs.append({"params": params, "lr": base_lr * (lr_mult ** (n - i - 1)), "group_name": name})
    return torch.optim.AdamW(pgs)


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    def lr_lambda(current):
        if current < warmup_epochs:
            return max(0.1, float(current + 1) / float(warmup_epochs))
        progress = float(current - warmup_epochs) / float(max(1, total_epochs - warmup_epochs))
        return max(0.0, 0.5 * (1.0 + cos(pi * progress)))

    return LambdaLR(optimizer, lr_lambda)


def train_and_evaluate(model, train_loader, val_loader, epochs=1):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW((p for p in model.parameters() if p.requires_grad), lr=1e-3)
    history = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for epoch in range(epochs):
        for phase in ["train", "val"]:
            if phase == "train":
                model.train()
                loader = train_loader
            else:
                model.eval()
                loader = val_loader
            running_loss = 0.0
            running_corrects = 0
            n = 0
            for inputs, labels in loader:
                optimizer.zero_grad()
                with torch.set_grad_enabled(phase == "train"):
                    outputs = model(inputs)
                    _, preds = torch.max(outputs, 1)
                    loss = criterion(outputs, labels)
                    if phase == "train":
                        loss.backward()
                        optimizer.step()
                running_loss += loss.item() * inputs.size(0)
                running_corrects += torch.sum(preds == labels.data).item()
                n += inputs.size(0)
            history[phase + "_loss"].append(running_loss / n)
            history[phase + "_acc"].append(running_corrects / n)
    return history
