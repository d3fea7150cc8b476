"""Random initialisation on the meta device: it changes nothing, and refuses what torch refuses."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from autograder.sandbox.execution import meta_random


@pytest.fixture(autouse=True, scope="module")
def installed() -> None:
    """Install it, as a zygote does."""
    meta_random.install()


def empty() -> Tensor:
    """Return a tensor without values."""
    return torch.empty(3, 4, device="meta")


def test_filling_returns_the_tensor_itself() -> None:
    """Both ways to fill keep shape and device, by position and by keyword."""
    x = empty()
    assert x.normal_() is x
    assert x.normal_(0, std=0.5) is x
    assert x.uniform_(-1, 1) is x
    assert x.shape == (3, 4)
    assert x.device.type == "meta"


def test_initialisers_work_on_parameters() -> None:
    """Those of torch.nn.init, and with them every layer."""
    layer = nn.Linear(4, 3, device="meta")
    nn.init.kaiming_normal_(layer.weight)
    nn.init.xavier_uniform_(layer.weight)
    assert layer.weight.requires_grad


def test_impossible_arguments_are_refused() -> None:
    """A negative deviation, and bounds in the wrong order."""
    with pytest.raises(RuntimeError, match="std >= 0"):
        empty().normal_(0, -1)
    with pytest.raises(RuntimeError, match="from=2"):
        empty().uniform_(2, 1)


def test_tensors_with_values_are_filled() -> None:
    """On the CPU nothing is different."""
    x = torch.zeros(1000).normal_()
    assert 0.8 < float(x.std()) < 1.2
