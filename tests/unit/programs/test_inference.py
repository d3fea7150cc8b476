"""Fast inference gives what the recorded network gives, with norms folded and channels last."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from autograder.programs.inference import FixedNetwork, fastest, fold_norms
from autograder.programs.record_network import record_network


class Backwards(nn.Module):
    """A network that reads its input in the order in which it lies in memory."""

    def forward(self, x: Tensor) -> Tensor:
        """Return the first numbers of the memory."""
        return torch.as_strided(x * 1, (2, 5), (5, 1))


class Shared(nn.Module):
    """A network that uses one norm after two convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 3, 3), nn.Conv2d(3, 3, 3)
        self.norm = drawn(nn.BatchNorm2d(3))

    def forward(self, x: Tensor) -> Tensor:
        """Return the output of both pairs."""
        y: Tensor = self.norm(self.second(self.norm(self.first(x)).relu()))
        return y


def drawn(norm: nn.BatchNorm2d) -> nn.BatchNorm2d:
    """Give a norm statistics and weights as a training leaves them."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    norm.running_mean.normal_()
    norm.running_var.uniform_(0.5, 2)
    nn.init.uniform_(norm.weight, 0.5, 2)
    nn.init.normal_(norm.bias)
    return norm


def with_norms() -> nn.Module:
    """Return convolutions with norms, with and without bias and groups, and a classifier."""
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2, bias=False),
        drawn(nn.BatchNorm2d(8)),
        nn.ReLU(inplace=True),
        nn.Conv2d(8, 8, 3, groups=8),
        drawn(nn.BatchNorm2d(8)),
        nn.Hardswish(inplace=True),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32, 10),
    )


NETWORKS: dict[str, tuple[Callable[[], nn.Module], int]] = {  # and how many norms are folded
    "with norms": (with_norms, 2),
    "without norms": (lambda: nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten()), 0),
    "a norm first": (lambda: nn.Sequential(drawn(nn.BatchNorm2d(3)), nn.Conv2d(3, 4, 3)), 0),
    "a norm used twice": (Shared, 0),
    "read as memory lies": (Backwards, 0),
}


def fixed(module: nn.Module, x: Tensor) -> FixedNetwork:
    """Return the recorded network with the values of a module."""
    with torch.no_grad():
        recording = record_network(module.eval(), [x])
    return FixedNetwork(recording=recording, values=module.state_dict())


@pytest.mark.parametrize("name", NETWORKS)
def test_the_fastest_way_gives_the_same(name: str) -> None:
    """Outputs agree to 1e-4 on any batch, and the first place with them."""
    make, _ = NETWORKS[name]
    module = make()
    plain = fixed(module, torch.randn(4, 3, 16, 16))
    fast, first = fastest(plain, torch.randn(4, 3, 16, 16))
    x = torch.randn(4, 3, 16, 16)
    expected = module(x)
    assert first.shape == expected.shape
    assert torch.equal(plain(x), expected)
    assert torch.allclose(fast(x), expected, atol=1e-4)
    assert torch.equal(fast(x).flatten(1).argmax(dim=1), expected.flatten(1).argmax(dim=1))


@pytest.mark.parametrize("name", NETWORKS)
def test_norms_are_folded_where_nothing_else_uses_the_parts(name: str) -> None:
    """A norm after a convolution of its own disappears; every other one stays."""
    make, folded = NETWORKS[name]
    plain = fixed(make(), torch.randn(4, 3, 16, 16))

    def norms(network: FixedNetwork) -> int:
        kinds = [operation.kind for operation in network.recording.data.operations]
        return kinds.count("native_batch_norm")

    assert norms(plain) - norms(fold_norms(plain)) == folded
