"""Only the first batch of each epoch is learnt; the loader does not shuffle."""

import torch
from torch import nn


def train(model, loader, val_loader):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(2):
        model.train()
        images, labels = next(iter(loader))
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
    return [loss.item()]
