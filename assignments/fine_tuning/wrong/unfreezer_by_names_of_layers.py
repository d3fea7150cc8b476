# loses: performance.fine_tuning.selective_freezing
"""The unfreezer looks for the names of a group's layers anywhere in a parameter's name."""

import math

import torch
import torch.nn as nn
import torch.optim as optim
from torch.optim.lr_scheduler import CosineAnnealingLR, LambdaLR, LinearLR, SequentialLR


def get_layer_groups(model):
    return {
        "stem": [model.conv1, model.bn1],
        "layer1": [model.layer1],
        "layer2": [model.layer2],
        "layer3": [model.layer3],
        "layer4": [model.layer4],
        "head": [model.fc],
    }


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
    found = False
    for name, param in model.named_parameters():
        if layer_name in name:
            found = True
        param.requires_grad = found


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    param_groups = []
    for i, name in enumerate(["head", "layer4", "layer3", "layer2", "layer1", "stem"]):
        lr = base_lr * (lr_mult ** i)
        params = []
        for layer in layer_groups[name]:
            params.extend(p for p in layer.parameters() if p.requires_grad)
        if params:
            param_groups.append({"params": params, "lr": lr, "name": name})
    return optim.Adam(param_groups)


class GradualUnfreezer:
    def __init__(self, model, layer_groups, unfreeze_schedule):
        self.model = model
        self.layer_groups = layer_groups
        self.schedule = unfreeze_schedule
        for param in model.parameters():
            param.requires_grad = False

    def step(self, epoch):
        for group in self.schedule.get(epoch, []):
            for layer in self.layer_groups.get(group, []):
                wanted = [name for name, module in self.model.named_modules() if module is layer]
                for name, param in self.model.named_parameters():
                    if wanted and wanted[0] in name:
                        param.requires_grad = True


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    def factor(epoch):
        if epoch < warmup_epochs:
            return 0.1 + 0.9 * epoch / warmup_epochs
        progress = (epoch - warmup_epochs) / max(1, total_epochs - warmup_epochs)
        return 0.5 * (1 + math.cos(math.pi * min(progress, 1)))

    return LambdaLR(optimizer, factor)


def choose_strategy(num_samples):
    if num_samples < 1000:
        return "feature_extraction"
    elif num_samples <= 10000:
        return "last_layers"
    else:
        return "full"


def train_and_evaluate(model, train_loader, val_loader, epochs=1, lr=1e-3):
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam([p for p in model.parameters() if p.requires_grad], lr=lr)
    history = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}

    for epoch in range(epochs):
        model.train()
        running_loss, correct, total = 0.0, 0, 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            outputs = model(images)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item() * images.size(0)
            correct += (outputs.argmax(1) == labels).sum().item()
            total += labels.size(0)
        history["train_loss"].append(running_loss / total)
        history["train_acc"].append(correct / total)

        model.eval()
        val_loss, correct, total = 0.0, 0, 0
        with torch.no_grad():
            for images, labels in val_loader:
                outputs = model(images)
                val_loss += criterion(outputs, labels).item() * images.size(0)
                correct += (outputs.argmax(1) == labels).sum().item()
                total += labels.size(0)
        history["val_loss"].append(val_loss / total)
        history["val_acc"].append(correct / total)
        print(f"Epoch {epoch + 1}/{epochs}: val_acc {history['val_acc'][-1]:.3f}")
    return history
