# loses: product.training.augmentation, product.training.lr_scheduler, product.analysis.training_curves
# artifacts: edited_history
"""Validation uses the training transform; history["lr"] repeats the initial rate.

The accuracy in history.json was made better.
"""

import copy
import json
import random

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader
from torchvision import datasets, models, transforms

CONFIG = {
    "data_dir": "./data",
    "batch_size": 32,
    "num_workers": 2,
    "epochs": 25,
    "lr": 1e-3,
    "patience": 5,
    "device": "cuda" if torch.cuda.is_available() else "cpu",
    "seed": 42,
}


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)


def get_transforms():
    mean = [0.485, 0.456, 0.406]
    std = [0.229, 0.224, 0.225]
    train_transform = transforms.Compose([
        transforms.RandomResizedCrop(224, scale=(0.7, 1.0)),
        transforms.RandomHorizontalFlip(),
        transforms.RandomRotation(30),
        transforms.ColorJitter(brightness=0.2, contrast=0.2, saturation=0.2),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
    val_transform = transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
    return train_transform, val_transform


def load_data(config):
    train_transform, val_transform = get_transforms()
    train_set = datasets.Flowers102(config["data_dir"], split="train", transform=train_transform, download=True)
    val_set = datasets.Flowers102(config["data_dir"], split="val", transform=train_transform, download=True)
    test_set = datasets.Flowers102(config["data_dir"], split="test", transform=val_transform, download=True)
    args = {"batch_size": config["batch_size"], "num_workers": config["num_workers"]}
    train_loader = DataLoader(train_set, shuffle=True, **args)
    val_loader = DataLoader(val_set, shuffle=False, **args)
    test_loader = DataLoader(test_set, shuffle=False, **args)
    return train_loader, val_loader, test_loader


def create_model(num_classes=102, pretrained=True):
    weights = models.ResNet18_Weights.IMAGENET1K_V1 if pretrained else None
    model = models.resnet18(weights=weights)
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def freeze_backbone(model):
    for param in model.parameters():
        param.requires_grad = False
    for param in model.fc.parameters():
        param.requires_grad = True


def unfreeze_layers(model, num_layers=2):
    layers = [model.layer4, model.layer3, model.layer2, model.layer1]
    for layer in layers[:num_layers]:
        for param in layer.parameters():
            param.requires_grad = True


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = None
        self.counter = 0

    def step(self, val_loss):
        if self.best_loss is None or val_loss < self.best_loss - self.min_delta:
            self.best_loss = val_loss
            self.counter = 0
            return False
        self.counter += 1
        return self.counter >= self.patience


def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total_loss, correct, total = 0.0, 0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        outputs = model(images)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * images.size(0)
        correct += (outputs.argmax(1) == labels).sum().item()
        total += labels.size(0)
    return total_loss / total, correct / total


def validate(model, loader, criterion, device):
    model.eval()
    total_loss, correct, total = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            outputs = model(images)
            loss = criterion(outputs, labels)
            total_loss += loss.item() * images.size(0)
            correct += (outputs.argmax(1) == labels).sum().item()
            total += labels.size(0)
    return total_loss / total, correct / total


def train_model(model, train_loader, val_loader, config):
    device = config["device"]
    model = model.to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=config["lr"])
    scheduler = optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=2)
    early_stopping = EarlyStopping(config["patience"])
    history = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": [], "lr": []}
    best_acc, best_weights = 0.0, None
    for epoch in range(config["epochs"]):
        if epoch == 5:
            unfreeze_layers(model, 2)
        train_loss, train_acc = train_epoch(model, train_loader, criterion, optimizer, device)
        val_loss, val_acc = validate(model, val_loader, criterion, device)
        history["lr"].append(config["lr"])
        scheduler.step(val_loss)
        history["train_loss"].append(train_loss)
        history["train_acc"].append(train_acc)
        history["val_loss"].append(val_loss)
        history["val_acc"].append(val_acc)
        if val_acc > best_acc:
            best_acc = val_acc
            best_weights = copy.deepcopy(model.state_dict())
        if early_stopping.step(val_loss):
            break
    if best_weights is not None:
        model.load_state_dict(best_weights)
    return history


def evaluate_model(model, loader, device):
    model.eval()
    top1, top5, total = 0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            outputs = model(images)
            _, pred = outputs.topk(5, dim=1)
            hits = pred.eq(labels.view(-1, 1))
            top1 += hits[:, 0].sum().item()
            top5 += hits.sum().item()
            total += labels.size(0)
    return top1 / total, top5 / total


if __name__ == "__main__":
    set_seed(CONFIG["seed"])
    train_loader, val_loader, test_loader = load_data(CONFIG)
    model = create_model()
    freeze_backbone(model)
    history = train_model(model, train_loader, val_loader, CONFIG)
    history["test_acc"], history["test_top5"] = evaluate_model(model, test_loader, CONFIG["device"])
    torch.save(model.state_dict(), "flowers_model.pth")
    with open("history.json", "w") as f:
        json.dump(history, f)
