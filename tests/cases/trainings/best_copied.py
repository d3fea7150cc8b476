"""The state of an epoch is copied deeply, and restored."""

import copy

import torch
from torch import nn


def train(model, loader, val_loader):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 3)
    best = None
    for epoch in range(3):
        model.train()
        for images, labels in loader:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images), labels).backward()
            optimizer.step()
        scheduler.step()
        model.eval()
        with torch.no_grad():
            right = sum((model(x).argmax(1) == y).sum().item() for x, y in val_loader)
        if epoch == 1:
            best = copy.deepcopy(model.state_dict())
    model.load_state_dict(best)
    return [right]
