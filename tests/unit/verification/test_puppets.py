"""Puppets: types, shapes, flags and structure of right answers, and no number of them."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.verification.puppets import hollow, make_puppet

MODULE = """
import torch
from torch import nn
from typing import NamedTuple

class Groups(NamedTuple):
    head: list
    backbone: list

class Block(nn.Module):
    expansion = 4
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 3)
    def forward(self, x): return self.layer(x) + 1

class Stopping:
    def step(self, loss): return loss < 1

class Unfreezer:
    def __init__(self, model): self.model = model
    def step(self, epoch): self.model.requires_grad_(True)

def network(): return nn.Sequential(Block(), nn.Linear(3, 2)).requires_grad_(False)
def freeze(model): model.requires_grad_(False)
def groups(model): return Groups([model[1]], [model[0]])
def optimizer(model): return torch.optim.SGD(model.parameters(), lr=0.5)
def seed(): torch.manual_seed(0)

def train(model, x):
    steps = torch.optim.SGD(model.parameters(), lr=0.5, weight_decay=0.1)
    losses = []
    for _ in range(3):
        loss = model(x).square().mean()
        steps.zero_grad(); loss.backward(); steps.step()
        losses.append(loss.item())
    return losses
"""


@pytest.fixture(params=["zeros", "random"])
def puppet(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return the module above without its numbers."""
    module: dict[str, Any] = {"__name__": "student"}
    exec(MODULE, module)
    make_puppet(module, request.param)
    return module


def test_an_answer_keeps_shape_and_graph(puppet: dict[str, Any]) -> None:
    """A layer answers a tensor of the right shape whose gradient reaches every parameter."""
    block, x = puppet["Block"](), torch.randn(2, 3)
    y = block(x)
    y.sum().backward()
    assert y.shape == (2, 3)
    assert not torch.allclose(y, block.layer(x) + 1)
    assert all(p.grad is not None for p in block.parameters())


def test_a_network_keeps_structure_and_flags(puppet: dict[str, Any]) -> None:
    """A new network has the right parameters, frozen as they must be, and no right weights."""
    network = puppet["network"]()
    assert isinstance(network[0], puppet["Block"])
    assert not any(p.requires_grad for p in network.parameters())
    assert puppet["Block"].expansion == 4


def test_nothing_is_learnt(puppet: dict[str, Any]) -> None:
    """A training runs, leaves the weights as they were, and reports a curve that falls."""
    model = nn.Linear(3, 3)
    before = model.weight.detach().clone()
    losses = puppet["train"](model, torch.randn(4, 3))
    assert torch.equal(model.weight, before)
    assert losses == sorted(losses, reverse=True)
    assert len(set(losses)) == 3


def test_an_effect_alone_is_undone(puppet: dict[str, Any]) -> None:
    """What a function or a method that returns nothing did to a network or a seed is undone."""
    model = nn.Linear(3, 3)
    puppet["freeze"](model)
    assert model.weight.requires_grad
    model.requires_grad_(False)
    puppet["Unfreezer"](model).step(1)
    assert not model.weight.requires_grad
    before = torch.get_rng_state()
    puppet["seed"]()
    assert torch.equal(torch.get_rng_state(), before)


def test_parts_of_a_given_network_stay_its_parts(puppet: dict[str, Any]) -> None:
    """A tuple of a network's layers holds the very layers, with their weights."""
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 2))
    weight = model[1].weight.detach().clone()
    groups = puppet["groups"](model)
    assert groups.head == [model[1]]
    assert torch.equal(model[1].weight, weight)


def test_an_optimizer_has_its_groups_and_takes_no_step(puppet: dict[str, Any]) -> None:
    """The rate of an optimizer is as it must be, and a step moves nothing."""
    model = nn.Linear(3, 3)
    optimizer = puppet["optimizer"](model)
    before = model.weight.detach().clone()
    model(torch.ones(3)).sum().backward()
    optimizer.step()
    assert optimizer.param_groups[0]["lr"] == 0.5
    assert torch.equal(model.weight, before)


def test_a_decision_is_always_the_same(puppet: dict[str, Any]) -> None:
    """A method that decides answers alike whatever it is given."""
    stopping = puppet["Stopping"]()
    assert stopping.step(0.5) is stopping.step(2.0)


def test_a_loader_gives_hollow_images() -> None:
    """A loader keeps sizes, order and labels, and its images hold nothing."""
    images, labels = torch.rand(4, 3), torch.tensor([3, 1, 2, 0])
    make_puppet({"__name__": "student"}, "zeros")
    loader = hollow(lambda: DataLoader(TensorDataset(images, labels), batch_size=2))()
    batches = list(loader)
    assert [batch[0].shape for batch in batches] == [(2, 3), (2, 3)]
    assert not any(batch[0].any() for batch in batches)


def test_a_callable_keeps_its_class() -> None:
    """What is called later, such as a transform, answers hollow values, too."""

    class Transform:
        def __call__(self, x: Tensor) -> Tensor:
            return x + 1

    make_puppet({"__name__": "student"}, "zeros")
    transform = hollow(Transform)()
    assert isinstance(transform, Transform)
    assert not transform(torch.ones(2)).any()


def test_random_numbers_stand_for_numbers() -> None:
    """The second variant answers other numbers than zeros, which no check expects either."""
    make_puppet({"__name__": "student"}, "random")
    random.seed(1)
    assert hollow(lambda: 12345)() in range(1, 10)
    assert 0 < hollow(lambda: 3.5)() < 1
    assert hollow(lambda: "name")() == "name"
