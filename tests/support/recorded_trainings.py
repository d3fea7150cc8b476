"""A probe that trains a small network by the student's `train`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

BATCH = 4


def network() -> nn.Sequential:
    """Return a network with batch norm and dropout: (B, 3, 4, 4) -> (B, 3)."""
    return nn.Sequential(
        nn.Conv2d(3, 4, 3),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(0.1),
        nn.Linear(16, 3),
    )


def loaders(tape: Any) -> list[Any]:
    """Return the loaders of training and validation images."""
    return [
        DataLoader(TensorDataset(tape[images], tape[labels]), batch_size=BATCH)
        for images, labels in (("images", "labels"), ("val_images", "val_labels"))
    ]


def trained(student: Any, tape: Any) -> Any:
    """Train the network; return what the student's function returns."""
    model = tape.watch(network())
    train, val = loaders(tape)
    return tape.record(lambda: student.train(model, train, val))


def trained_directly(student: Any, inputs: Any, state: Any, seed: int) -> Any:
    """Return the state that the student's function leaves, without any tape."""
    model = network()
    model.load_state_dict(state)
    torch.manual_seed(seed)
    student.train(model, *loaders(inputs))
    return dict(model.state_dict())
