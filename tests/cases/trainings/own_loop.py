"""No optimizer: the weights are moved by hand."""

import torch
from torch import nn


def train(model, loader, val_loader):
    for images, labels in loader:
        loss = nn.functional.cross_entropy(model(images), labels)
        gradients = torch.autograd.grad(loss, list(model.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(model.parameters(), gradients):
                parameter -= 0.1 * gradient
    return []
