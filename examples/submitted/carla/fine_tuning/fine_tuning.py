"""Ejercicio 03. Fine-tuning."""

import torch
import torch.nn as nn
import torch.optim as optim
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR


def freeze_group(layers):
    for layer in layers:
        for param in layer.parameters():
            param.requires_grad = False


def unfreeze_group(layers):
    for layer in layers:
        for param in layer.parameters():
            param.requires_grad = True


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def freeze_until(model, layer_name):
    congelar = True
    for name, child in model.named_children():
        if name == layer_name:
            congelar = False
        for param in child.parameters():
            param.requires_grad = not congelar


def choose_strategy(num_samples):
    # regla de clase
    if num_samples < 1000:
        return "feature_extraction"
    elif num_samples <= 10000:
        return "last_layers"
    return "full"


class GradualUnfreezer:
    def __init__(self, model, layer_groups, unfreeze_schedule):
        self.model = model
        self.layer_groups = layer_groups
        self.unfreeze_schedule = unfreeze_schedule
        # al principio todo congelado
        for layers in layer_groups.values():
            freeze_group(layers)

    def step(self, epoch):
        if epoch in self.unfreeze_schedule:
            for group_name in self.unfreeze_schedule[epoch]:
                if group_name in self.layer_groups:
                    unfreeze_group(self.layer_groups[group_name])
                    print(f"Época {epoch}: descongelado {group_name}")


def get_layer_groups(model):
    return {
        "stem": [model.conv1, model.bn1],
        "layer1": [model.layer1],
        "layer2": [model.layer2],
        "layer3": [model.layer3],
        "layer4": [model.layer4],
        "head": [model.fc],
    }


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    param_groups = []
    names = list(layer_groups.keys())
    for i, name in enumerate(names):
        # la cabeza es la última: exponente 0
        lr = base_lr * lr_mult ** (len(names) - 1 - i)
        params = []
        for layer in layer_groups[name]:
            params.extend(p for p in layer.parameters() if p.requires_grad)
        if params:
            param_groups.append({"params": params, "lr": lr})
    return optim.Adam(param_groups)


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    warmup = LinearLR(optimizer, start_factor=0.1, end_factor=1.0, total_iters=warmup_epochs)
    # eta_min para que la tasa no llegue a ser cero
    coseno = CosineAnnealingLR(optimizer, T_max=total_epochs - warmup_epochs, eta_min=1e-6)
    return SequentialLR(optimizer, schedulers=[warmup, coseno], milestones=[warmup_epochs])


def train_and_evaluate(model, train_loader, val_loader, epochs=1, lr=1e-3):
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(filter(lambda p: p.requires_grad, model.parameters()), lr=lr)
    history = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}

    for epoch in range(epochs):
        model.train()
        running_loss, correct, total = 0.0, 0, 0
        for inputs, targets in train_loader:
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = criterion(outputs, targets)
            loss.backward()
            optimizer.step()
            running_loss += loss.item() * inputs.size(0)
            correct += (outputs.argmax(dim=1) == targets).sum().item()
            total += targets.size(0)
        history["train_loss"].append(running_loss / total)
        history["train_acc"].append(correct / total)

        model.eval()
        running_loss, correct, total = 0.0, 0, 0
        with torch.no_grad():
            for inputs, targets in val_loader:
                outputs = model(inputs)
                running_loss += criterion(outputs, targets).item() * inputs.size(0)
                correct += (outputs.argmax(dim=1) == targets).sum().item()
                total += targets.size(0)
        history["val_loss"].append(running_loss / total)
        history["val_acc"].append(correct / total)
        print(f"Época {epoch + 1}/{epochs} - val_acc: {history['val_acc'][-1]:.3f}")

    return history
