# ends: answered, denied, fails, timeout
"""A training of many thousand steps: the recorder stops it, or time does."""

import torch


def train(model, loader, val_loader):
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    for _ in range(100_000):
        for images, labels in loader:
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(images), labels).backward()
            optimizer.step()
    return []
