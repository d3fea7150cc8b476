import torch
import torch.nn as nn
import torch.optim as optim
from typing import Dict, List


def freeze_group(layers: List[nn.Module]):
    """Congela un grupo de capas"""
    for layer in layers:
        for param in layer.parameters():
            param.requires_grad = False


def unfreeze_group(layers: List[nn.Module]):
    """Descongela un grupo de capas"""
    for layer in layers:
        for param in layer.parameters():
            param.requires_grad = True


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def freeze_until(model, layer_name):
    """Congela hasta layer_name"""
    freeze = True
    for name, param in model.named_parameters():
        if layer_name in name:
            freeze = False
        param.requires_grad = not freeze


def choose_strategy(num_samples):
    if num_samples < 1000:
        return "feature_extraction"
    elif num_samples < 10000:
        return "last_layers"
    else:
        return "full"


class GradualUnfreezer:
    def __init__(self, model, layer_groups: Dict[str, List[nn.Module]], unfreeze_schedule: Dict[int, List[str]]):
        self.model = model
        self.layer_groups = layer_groups
        self.unfreeze_schedule = unfreeze_schedule

        # Congelar todo inicialmente
        for group in layer_groups.values():
            freeze_group(group)

    def step(self, epoch):
        if epoch in self.unfreeze_schedule:
            for group_name in self.unfreeze_schedule[epoch]:
                if group_name in self.layer_groups:
                    unfreeze_group(self.layer_groups[group_name])
                    print(f"  Descongelado: {group_name}")


def get_layer_groups(model):
    groups = {}
    groups["stem"] = [model.conv1, model.bn1]
    groups["layer1"] = [model.layer1]
    groups["layer2"] = [model.layer2]
    groups["layer3"] = [model.layer3]
    groups["layer4"] = [model.layer4]
    groups["head"] = [model.fc]
    return groups


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    param_groups = []
    for i, (name, layers) in enumerate(layer_groups.items()):
        params = []
        for layer in layers:
            params.extend([p for p in layer.parameters() if p.requires_grad])
        if params:
            lr = base_lr * (lr_mult ** i)
            param_groups.append({"params": params, "lr": lr, "name": name})
            print(f"{name}: lr = {lr}")
    return optim.Adam(param_groups)


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    from torch.optim.lr_scheduler import LinearLR, CosineAnnealingLR, SequentialLR
    warmup_scheduler = LinearLR(optimizer, start_factor=0.1, total_iters=warmup_epochs)
    cosine_scheduler = CosineAnnealingLR(optimizer, T_max=total_epochs - warmup_epochs, eta_min=1e-6)
    scheduler = SequentialLR(optimizer, schedulers=[warmup_scheduler, cosine_scheduler], milestones=[warmup_epochs])
    return scheduler


def train_and_evaluate(model, train_loader, val_loader, epochs=1, lr=0.001):
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=lr)
    history = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for epoch in range(epochs):
        model.train()
        train_loss = 0.0
        correct = 0
        total = 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            outputs = model(images)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
            train_loss += loss.item() * images.size(0)
            _, predicted = outputs.max(1)
            total += labels.size(0)
            correct += predicted.eq(labels).sum().item()
        history["train_loss"].append(train_loss / total)
        history["train_acc"].append(correct / total)
        with torch.no_grad():
            val_loss = 0.0
            correct = 0
            total = 0
            for images, labels in val_loader:
                outputs = model(images)
                loss = criterion(outputs, labels)
                val_loss += loss.item() * images.size(0)
                _, predicted = outputs.max(1)
                total += labels.size(0)
                correct += predicted.eq(labels).sum().item()
            history["val_loss"].append(val_loss / total)
            history["val_acc"].append(correct / total)
    return history
