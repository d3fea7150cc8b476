"""Clasificador de flores. Elena.

El aumento no está en get_transforms: se hace por lotes al juntarlos (aumentar), que es bastante más rápido.
"""

import copy
import random

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, default_collate
from torchvision import models
from torchvision.datasets import Flowers102
from torchvision.transforms import v2

CONFIG = {"data_dir": "data", "batch_size": 32, "num_workers": 2, "epochs": 30, "lr": 1e-3, "patience": 6, "min_delta": 0.0,
          "device": "cuda" if torch.cuda.is_available() else "cpu", "seed": 7}

# a cada lote, ya como tensor
AUMENTO = v2.Compose([v2.RandomHorizontalFlip(), v2.RandomRotation(20), v2.RandomErasing(0.2)])


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def get_transforms():
    t = v2.Compose([
        v2.Resize(256), v2.CenterCrop(224), v2.ToImage(), v2.ToDtype(torch.float32, scale=True),
        v2.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])
    return t, t


def aumentar(muestras):
    x, y = default_collate(muestras)
    return AUMENTO(x), y


def load_data(config):
    t, _ = get_transforms()
    train, val, test = (Flowers102(config["data_dir"], s, transform=t, download=True) for s in ("train", "val", "test"))
    kw = {"batch_size": config["batch_size"], "num_workers": config["num_workers"]}
    return DataLoader(train, shuffle=True, collate_fn=aumentar, **kw), DataLoader(val, **kw), DataLoader(test, **kw)


def create_model(num_classes=102, pretrained=True):
    model = models.resnet18(weights="DEFAULT" if pretrained else None)
    model.fc = nn.Linear(512, num_classes)
    return model


def freeze_backbone(model):
    model.requires_grad_(False)
    model.fc.requires_grad_(True)


def unfreeze_layers(model, num_layers=2):
    for i in range(4, 4 - num_layers, -1):
        getattr(model, f"layer{i}").requires_grad_(True)


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best, self.bad = float("inf"), 0

    def step(self, val_loss):
        if val_loss < self.best - self.min_delta:
            self.best, self.bad = val_loss, 0
            return False
        self.bad += 1
        return self.bad >= self.patience


def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    loss_sum = hits = n = 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        out = model(x)
        loss = criterion(out, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        hits += (out.argmax(1) == y).sum().item()
        n += len(y)
    return loss_sum / n, hits / n


@torch.no_grad()
def validate(model, loader, criterion, device):
    model.eval()
    loss_sum = hits = n = 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        out = model(x)
        loss_sum += criterion(out, y).item() * len(y)
        hits += (out.argmax(1) == y).sum().item()
        n += len(y)
    return loss_sum / n, hits / n


def train_model(model, train_loader, val_loader, config):
    device = config["device"]
    model.to(device)
    opt = torch.optim.Adam(model.parameters(), lr=config["lr"])
    sched = torch.optim.lr_scheduler.ExponentialLR(opt, 0.9)
    stop = EarlyStopping(config["patience"], config["min_delta"])
    hist = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": [], "lr": []}
    best, best_acc = None, -1
    for epoch in range(config["epochs"]):
        tl, ta = train_epoch(model, train_loader, F.cross_entropy, opt, device)
        vl, va = validate(model, val_loader, F.cross_entropy, device)
        for k, v in zip(hist, (tl, ta, vl, va, opt.param_groups[0]["lr"])):
            hist[k].append(v)
        sched.step()
        if va > best_acc:
            best, best_acc = copy.deepcopy(model.state_dict()), va
        if stop.step(vl):
            break
    model.load_state_dict(best)
    return hist


@torch.no_grad()
def evaluate_model(model, loader, device):
    model.to(device).eval()
    h1 = h5 = n = 0
    for x, y in loader:
        top = model(x.to(device)).topk(5).indices.cpu()
        h1 += (top[:, 0] == y).sum().item()
        h5 += (top == y[:, None]).sum().item()
        n += len(y)
    return h1 / n, h5 / n
