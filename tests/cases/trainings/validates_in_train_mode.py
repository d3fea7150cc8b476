"""Validation runs in train mode, with gradients."""

import torch
from torch import nn


def train(model, loader, val_loader):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model.train()
    for images, labels in loader:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
    return [nn.functional.cross_entropy(model(images), labels).item() for images, labels in val_loader]
