"""Training with one's own discriminative rates, inference mode, and the device in hand."""

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
        for name, layers in layer_groups.items():
            if name != "head":
                freeze_group(layers)

    def step(self, epoch):
        if epoch in self.schedule:
            for name in self.schedule[epoch]:
                if name in self.layer_groups:
                    unfreeze_group(self.layer_groups[name])


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


def train_and_evaluate(model, train_loader, val_loader, epochs=1, optimizer=None, device=None):
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    model = model.to(device)
    criterion = nn.CrossEntropyLoss()
    if optimizer is None:
        optimizer = get_optimizer_with_discriminative_lr(model, get_layer_groups(model))
    history = {key: [] for key in ("epoch", "train_loss", "train_acc", "val_loss", "val_acc", "lr")}
    for epoch in range(1, epochs + 1):
        model.train()
        loss_sum = hits = 0
        for inputs, targets in train_loader:
            inputs, targets = inputs.to(device), targets.to(device)
            outputs = model(inputs)
            loss = criterion(outputs, targets)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            loss_sum += loss.item() * len(targets)
            hits += (outputs.max(1).indices == targets).sum().item()
        val_loss, val_acc = evaluate(model, val_loader, criterion, device)
        history["epoch"].append(epoch)
        history["train_loss"].append(loss_sum / len(train_loader.dataset))
        history["train_acc"].append(hits / len(train_loader.dataset))
        history["val_loss"].append(val_loss)
        history["val_acc"].append(val_acc)
        history["lr"].append([group["lr"] for group in optimizer.param_groups])
    return history


@torch.inference_mode()
def evaluate(model, loader, criterion, device):
    model.eval()
    logits, labels = [], []
    for inputs, targets in loader:
        logits.append(model(inputs.to(device)).cpu())
        labels.append(targets)
    logits, labels = torch.cat(logits), torch.cat(labels)
    return criterion(logits, labels).item(), (logits.argmax(1) == labels).double().mean().item()
