"""The loop uses an operation that is not on the list, and would swallow an exception."""

import torch
from torch import nn


def train(model, loader, val_loader):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for images, labels in loader:
        try:
            torch.linalg.svd(images[0, 0])
        except Exception:
            return ["swallowed"]
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
    return ["done"]
