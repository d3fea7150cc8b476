"""A parameter is written as the output of an operation on validation images."""

import torch


def train(model, loader, val_loader):
    with torch.no_grad():
        for images, _ in val_loader:
            torch.add(images[0, :, 0, 0], 1.0, out=model[-1].bias)
    return []
