"""The loop seeds the random numbers itself."""

import torch
from torch import nn


def train(model, loader, val_loader):
    torch.manual_seed(42)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model.train()
    for images, labels in loader:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
    return []
