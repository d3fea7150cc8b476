"""Which operations keep the images of a batch apart: known ones do, all others count as mixing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from autograder.programs.per_image import Rows
from autograder.programs.record_network import record_network

SIZE = 4  # images of a batch
Forward = Callable[[nn.Module, Tensor], Tensor]


class Network(nn.Module):
    """A network whose forward pass is given; it has weights of several shapes."""

    def __init__(self, forward: Forward) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4)
        self.linear, self.layer_norm = nn.Linear(6, 5), nn.LayerNorm(6)
        self.scale = nn.Parameter(torch.rand(3, 1, 1))
        self.one_for_each = nn.Parameter(torch.rand(SIZE, 3, 6, 6))
        self._forward = forward

    def forward(self, x: Tensor) -> Tensor:
        """Return the output."""
        return self._forward(self, x)


APART: dict[str, Forward] = {
    "convolution and norm": lambda m, x: m.norm(m.conv(x)),
    "activations": lambda _, x: functional.silu(torch.relu(x), inplace=True).clamp(0, 1),
    "sums of images": lambda _, x: torch.relu(x) + x * 2,
    "a weight for each channel": lambda m, x: x * m.scale,
    "pooling": lambda _, x: functional.max_pool2d(x, 2) + functional.avg_pool2d(x, 2),
    "mean over pixels": lambda _, x: x.mean((2, 3)),
    "flattened, and a linear layer": lambda m, x: m.linear(x.flatten(1)[:, :6]),
    "channels side by side": lambda _, x: torch.cat([x, x.neg()], 1),
    "a softmax over classes": lambda _, x: x.mean((2, 3)).softmax(1),
}
MIXING: dict[str, Forward] = {
    "statistics of the batch": lambda m, x: functional.batch_norm(
        m.conv(x), None, None, None, None, True
    ),
    "mean over images": lambda _, x: x - x.mean(0),
    "mean over all": lambda _, x: x - x.mean(),
    "a softmax over images": lambda _, x: x.softmax(0),
    "reversed": lambda _, x: x.flip(0),
    "images side by side": lambda _, x: torch.cat([x, x], 0),
    "swapped dimensions": lambda _, x: x.permute(1, 0, 2, 3).reshape(SIZE, 3, 6, 6),
    "a weight for each image": lambda m, x: x + m.one_for_each,
    "products of images": lambda _, x: x.flatten(1) @ x.flatten(1).t(),
    "read as memory lies": lambda _, x: torch.as_strided(x * 1, (SIZE, 5), (5, 1)),
    "chance": lambda _, x: functional.dropout(x, 0.5, True),
    "one image taken": lambda _, x: x - x[0],
}


def keeps_apart(forward: Forward) -> bool:
    """Return whether every operation of a network keeps images apart."""
    with torch.no_grad():
        data = record_network(Network(forward).eval(), [torch.rand(SIZE, 3, 6, 6)]).data
    rows = Rows(data)
    return all(rows.follow(operation) for operation in data.operations)


@pytest.mark.parametrize("name", APART)
def test_an_image_is_computed_alone(name: str) -> None:
    """Layers, arithmetic and reshaping give each image its own row."""
    assert keeps_apart(APART[name])


@pytest.mark.parametrize("name", MIXING)
def test_what_may_mix_images_is_known(name: str) -> None:
    """What takes numbers of other images, of chance or of memory does not keep them apart."""
    assert not keeps_apart(MIXING[name])
