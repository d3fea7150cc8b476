"""A real training: the drawn network and images, the states that it showed, and what it left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from training_probes import Data, Learner

from autograder.checks import expect_tensor, fail, is_close

LONG_EPOCHS = 8  # epochs
NUM_CLASSES = 4
# Validation images: the loss stays far from zero, where any two networks are alike.
MISLABELLED_IMAGES = 2

State = dict[str, Tensor]
# Of every image its loss, and 1 for right or 0 for wrong: (N,) each.
ImageScores = tuple[Tensor, Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSetup:
    """The network that a training starts from, what of it is frozen, and the images."""

    state: dict[str, Tensor]
    parameters: tuple[str, ...]
    frozen: list[str]
    train: Data
    val: Data


def draw_setup() -> TrainingSetup:
    """Draw a network and images of four classes.

    The batch norms have the data's statistics; the first layers are frozen.
    """
    patterns = torch.randn(NUM_CLASSES, 3, 8, 8)
    parts = []
    for size in (44, 22):
        labels = torch.arange(size) % NUM_CLASSES
        parts.append((patterns[labels] + 0.4 * torch.randn(size, 3, 8, 8), labels))
    parts[1][1][:MISLABELLED_IMAGES] = (parts[1][1][:MISLABELLED_IMAGES] + 1) % NUM_CLASSES
    learner = Learner()
    learner.layer4[1].weight.data.fill_(4.0)  # large features: the head learns at any usual rate
    for module in learner.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None  # an average over all batches
    with torch.no_grad():
        learner.train()(parts[0][0])
    names = tuple(name for name, _ in learner.named_parameters())
    frozen = [name for name in names if name.split(".")[0] in ("conv1", "bn1", "layer1")]
    state = {name: value.clone() for name, value in learner.state_dict().items()}
    return TrainingSetup(state=state, parameters=names, frozen=frozen, train=parts[0], val=parts[1])


@dataclass(slots=True)
class TrainingRun:
    """The states that a real training showed, the network that it left, and what it returned."""

    figures: Any = None
    begun: list[Any] = field(default_factory=list)  # the state before each pass over the validation
    ended: list[Any] = field(default_factory=list)  # and after it
    # Of each backward pass: whether a gradient was left from before.
    stale: list[bool] = field(default_factory=list)
    state: Any = None  # of the network that is left
    images: Tensor = field(default_factory=lambda: torch.zeros(0))  # drawn after that: (B, 3, 8, 8)
    answers: Any = None  # of the network that is left, to these

    def take(self, told: Any) -> bool:
        """Take down a step; whether another one follows."""
        assert isinstance(told, dict)
        stale = told.get("stale")
        assert isinstance(stale, list)
        self.stale += [entry is not False for entry in stale]
        if told.get("step") == "end":
            self.figures, self.state = told.get("figures"), told.get("state")
            return False
        (self.begun if told.get("step") == "validation" else self.ended).append(told.get("state"))
        return True


def held_to_shapes(state: Any) -> State:
    """Check that a reported state has the network's names and shapes, and return it."""
    expected = Learner().state_dict()
    if not isinstance(state, dict) or set(state) != set(expected):
        fail("network_replaced")
    for name, value in expected.items():
        expect_tensor(state[name], shape=tuple(value.shape), dtype=value.dtype)
    return dict(state)


def expect_own_answers(trained: TrainingRun) -> None:
    """Check that the network that is left answers as its state says.

    The state was reported before the images were drawn.
    """
    learner = Learner().eval()
    learner.load_state_dict(held_to_shapes(trained.state))
    with torch.no_grad():
        if not is_close(trained.answers, learner(trained.images), rtol=1e-3, atol=1e-3):
            fail("answers_of_another")


def measure(state: dict[str, Tensor], data: Data) -> ImageScores:
    """Return the loss and hit of every image, for a network with that state in eval mode."""
    learner = Learner().eval()
    learner.load_state_dict(state)
    images, labels = data
    with torch.no_grad():
        logits = learner(images)
    return functional.cross_entropy(logits, labels, reduction="none"), (
        logits.argmax(dim=1) == labels
    ).float()
