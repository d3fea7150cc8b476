"""Validation runs in inference mode; the epoch with the best accuracy is known by its number."""

import torch
from torch import nn


@torch.inference_mode()
def right(model, loader):
    model.eval()
    logits = torch.cat([model(images) for images, _ in loader])
    labels = torch.cat([labels for _, labels in loader])
    return (logits.softmax(1).argmax(1) == labels).double().mean().item()


def train(model, loader, val_loader):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    history = []
    for epoch in range(2):
        model.train()
        for images, labels in loader:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images), labels).backward()
            optimizer.step()
        history.append(right(model, val_loader))
    return history
