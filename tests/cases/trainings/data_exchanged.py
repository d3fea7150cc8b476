"""The weights are moved by hand, through `.data`."""

from torch import nn


def train(model, loader, val_loader):
    for images, labels in loader:
        model.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        for parameter in model.parameters():
            parameter.data = parameter.data - 0.1 * parameter.grad.data
    return []
