"""Gradients of two batches are accumulated, under autocast."""

import torch
from torch import nn


def train(model, loader, val_loader):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(2):
        for step, (images, labels) in enumerate(loader):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = nn.functional.cross_entropy(model(images), labels) / 2
            loss.backward()
            if step % 2:
                optimizer.step()
                optimizer.zero_grad()
    return []
