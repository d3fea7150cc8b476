import torch
import torch.nn as nn
import torch.optim as optim
import torchvision
import torchvision.models as models
import torchvision.transforms as transforms
from torch.utils.data import DataLoader
import json, random
import numpy as np
from typing import *

CONFIG = {
    "data_dir": "./data", "batch_size": 32, "num_workers": 2, "epochs": 60, "lr": 0.001,
    "patience": 20, "min_delta": 0.0, "device": "cuda" if torch.cuda.is_available() else "cpu", "seed": 42,
}

def set_seed(seed):
    random.seed(seed)
    torch.manual_seed(seed)

def get_transforms():
    train_transform = transforms.Compose([
        transforms.Resize((224, 224)),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])
    ])
    test_transform = transforms.Compose([
        transforms.Resize((224, 224)),
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])
    ])
    return train_transform, test_transform

def load_data(config):
    train_transform, test_transform = get_transforms()
    trainset = torchvision.datasets.Flowers102(root=config["data_dir"], split="train", transform=train_transform, download=True)
    valset = torchvision.datasets.Flowers102(root=config["data_dir"], split="val", transform=test_transform, download=True)
    testset = torchvision.datasets.Flowers102(root=config["data_dir"], split="test", transform=test_transform, download=True)
    trainloader = DataLoader(trainset, batch_size=config["batch_size"], shuffle=True, num_workers=config["num_workers"])
    valloader = DataLoader(valset, batch_size=config["batch_size"], shuffle=False, num_workers=config["num_workers"])
    testloader = DataLoader(testset, batch_size=config["batch_size"], shuffle=False, num_workers=config["num_workers"])
    return trainloader, valloader, testloader

def create_model(num_classes=102, pretrained=True):
    if pretrained == True:
        model = models.resnet18(weights="DEFAULT")
    else:
        model = models.resnet18(weights=None)
    num_ftrs = model.fc.in_features
    model.fc = nn.Linear(num_ftrs, num_classes)
    return model

def freeze_backbone(model):
    for param in model.parameters():
        param.requires_grad = False
    for param in model.fc.parameters():
        param.requires_grad = True

def unfreeze_layers(model, num_layers=2):
    layers = list(model.children())
    for layer in layers[-num_layers:]:
        for param in layer.parameters():
            param.requires_grad = True

class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.last_loss = None
        self.counter = 0

    def step(self, val_loss):
        if self.last_loss is not None and val_loss > self.last_loss - self.min_delta:
            self.counter += 1
        else:
            self.counter = 0
        self.last_loss = val_loss
        if self.counter >= self.patience:
            return True
        else:
            return False

def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    l = 0.0
    correct = 0
    total = 0
    for images, labels in loader:
        images = images.to(device)
        labels = labels.to(device)
        optimizer.zero_grad()
        outputs = model(images)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        l += loss.item()
        _, predicted = outputs.max(1)
        total += labels.size(0)
        correct += predicted.eq(labels).sum().item()
    return l / len(loader), correct / total

def validate(model, loader, criterion, device):
    model.eval()
    l = 0.0
    correct = 0
    total = 0
    with torch.no_grad():
        for images, labels in loader:
            images = images.to(device)
            labels = labels.to(device)
            outputs = model(images)
            loss = criterion(outputs, labels)
            l += loss.item()
            _, predicted = outputs.max(1)
            total += labels.size(0)
            correct += predicted.eq(labels).sum().item()
    return l / len(loader), correct / total

def train_model(model, train_loader, val_loader, config):
    device = config["device"]
    model = model.to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=config["lr"])
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.1)
    early_stopping = EarlyStopping(config["patience"], config["min_delta"])
    history = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": [], "lr": []}
    best_acc = 0
    best_model = None
    for epoch in range(config["epochs"]):
        train_loss, train_acc = train_epoch(model, train_loader, criterion, optimizer, device)
        val_loss, val_acc = validate(model, val_loader, criterion, device)
        scheduler.step()
        history["train_loss"].append(train_loss)
        history["train_acc"].append(train_acc)
        history["val_loss"].append(val_loss)
        history["val_acc"].append(val_acc)
        history["lr"].append(optimizer.param_groups[0]["lr"])
        print(f"Epoch {epoch+1}/{config['epochs']} train_acc={train_acc:.4f} val_acc={val_acc:.4f}")
        if val_acc > best_acc:
            best_acc = val_acc
            best_model = model.state_dict()
        if early_stopping.step(val_loss):
            print("Early stopping!")
            break
    model.load_state_dict(best_model)
    return history

def evaluate_model(model, loader, device):
    model.eval()
    model = model.to(device)
    correct = 0
    correct5 = 0
    total = 0
    with torch.no_grad():
        for images, labels in loader:
            images = images.to(device)
            labels = labels.to(device)
            outputs = model(images)
            _, pred = outputs.topk(5, 1, True, True)
            correct += pred[:, 0].eq(labels).sum().item()
            correct5 += pred.eq(labels.view(-1, 1)).sum().item()
            total += labels.size(0)
    return correct / total, correct5 / total
