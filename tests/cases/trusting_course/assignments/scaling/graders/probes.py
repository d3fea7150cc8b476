"""What the graders run beside the student's layer."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


def shape_of_weight(student: Any, channels: int) -> list[int]:
    """The shape of the layer's weight."""
    return list(student.Scale(channels).weight.shape)


def number_of_layers(student: Any, channels: int) -> int:
    """The number of layers of the network."""
    return len(student.make_network(channels))


def scaled(student: Any, weight: Tensor, x: Tensor) -> Tensor:
    """The layer's answer with that weight."""
    layer = student.Scale(len(weight))
    layer.weight = nn.Parameter(weight)
    with torch.no_grad():
        return layer(x)  # type: ignore[no-any-return]


def scaled_twice(student: Any, weight: Tensor, x: Tensor) -> Tensor:
    """The network's answer with that weight in its first layer."""
    network = student.make_network(len(weight))
    network[0].weight = nn.Parameter(weight)
    with torch.no_grad():
        return network(x)  # type: ignore[no-any-return]
