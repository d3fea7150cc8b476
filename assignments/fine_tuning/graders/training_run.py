"""A real training: the drawn network and images, the states that it showed, and what it left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import training_probes
from torch import Tensor
from torch.nn import functional
from training_probes import Data, Learner

from autograder.checks import Submission, expect_tensor, fail

LONG_EPOCHS = 4  # epochs
NUM_CLASSES = 4
TRAIN_IMAGES, VAL_IMAGES = 36, 18  # the last batch is smaller
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
    for size in (TRAIN_IMAGES, VAL_IMAGES):
        labels = torch.arange(size) % NUM_CLASSES
        parts.append((patterns[labels] + 0.4 * torch.randn(size, 3, 8, 8), labels))
    parts[1][1][:MISLABELLED_IMAGES] = (parts[1][1][:MISLABELLED_IMAGES] + 1) % NUM_CLASSES
    learner = Learner()
    learner.layer4[1].weight.data.fill_(6.5)  # large features: the head learns at any usual rate
    for module in learner.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None  # an average over all batches
    with torch.no_grad():
        learner.train()(parts[0][0])
    names = tuple(name for name, _ in learner.named_parameters())
    frozen = [name for name in names if name.split(".")[0] in ("conv1", "bn1", "layer1")]
    state = {name: value.clone() for name, value in learner.state_dict().items()}
    return TrainingSetup(state=state, parameters=names, frozen=frozen, train=parts[0], val=parts[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRun:
    """A real training: what it returned, and the states that it went through.

    `fresh` is what it leaves of the same network on images that were drawn after it was recorded.
    """

    figures: Any
    stale: list[bool]  # of each backward pass: whether a gradient was left from before
    begun: list[State]  # the state before each pass over the validation images
    ended: list[State]  # and after it
    state: State  # of the network that is left
    learnt_from_validation: set[str]  # parameters and statistics that validation images changed
    validation_modes: Any  # how the network runs on validation images; None: it is not known
    fresh: State
    fresh_train: Data


def run_training(submission: Submission, setup: TrainingSetup, batch: int) -> TrainingRun:
    """Record a training on the images of a setup, and run it again on others."""
    inputs = inputs_of(setup)
    arguments = (setup.state, setup.frozen, batch, LONG_EPOCHS)
    training = submission.training(training_probes.trained, *arguments, inputs=inputs)
    moments = training.again()
    other = draw_setup()  # only now
    begun = [moment.state for moment in moments if moment.label == "validation"]
    ended = [moment.state for moment in moments if moment.label == "validated"]
    value = training.value
    return TrainingRun(
        figures=value["figures"],
        stale=[entry is not False for entry in value["stale"]],
        begun=[held_to_shapes(state) for state in begun],
        ended=[held_to_shapes(state) for state in ended],
        state=held_to_shapes(moments[-1].state),
        learnt_from_validation=training.depends_on("val_images", "val_labels"),
        validation_modes=training.modes("val_images"),
        fresh=held_to_shapes(training.again(inputs_of(other))[-1].state),
        fresh_train=other.train,
    )


def inputs_of(setup: TrainingSetup) -> dict[str, Tensor]:
    """Return the images and labels of a setup as the inputs of a training."""
    (images, labels), (val_images, val_labels) = setup.train, setup.val
    inputs = {"images": images, "labels": labels}
    return {**inputs, "val_images": val_images, "val_labels": val_labels}


def held_to_shapes(state: State) -> State:
    """Check that a state has the network's names and shapes, and return it."""
    expected = Learner().state_dict()
    if set(state) != set(expected):
        fail("network_replaced")
    for name, value in expected.items():
        expect_tensor(state[name], shape=tuple(value.shape), dtype=value.dtype)
    return state


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
