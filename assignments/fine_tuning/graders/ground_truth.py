"""The ground truth of a scripted training: the drawn data, a log of passes, the right figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from training_probes import HISTORY_KEYS, Data

from autograder.checks import fail

BATCH_SIZE = 8
SCRIPTED_EPOCHS = 3  # of the network that keeps ground truth; as many gains as that, and one
NUM_CLASSES = 4
# Images: no multiples of the batch, or a mean of means would be right.
TRAIN_IMAGES, VAL_IMAGES = 33, 21
FIRST_VAL_NUMBER = 1000  # the number of the first validation image
# Of a loss, relative, and of an accuracy, absolute: figures may be rounded a little.
MAX_FIGURE_ERROR = 2e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPass:
    """Some images that went through the network, or back."""

    training: bool  # the network's mode
    gradients: bool  # whether they were recorded
    images: list[int]  # by number

    @property
    def is_validation(self) -> bool:
        """Return whether one of them is of the validation set."""
        return any(number >= FIRST_VAL_NUMBER for number in self.images)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundTruth:
    """The data of a network that answers what its images say, in each epoch with another gain."""

    gains: list[float]
    train: Data
    val: Data

    def right(self, key: str, epoch: int) -> list[float]:
        """Return the right figures.

        A training figure may be taken while the epoch is under way or after it; a validation figure
        only after it.
        """
        epochs = (epoch, epoch + 1) if key.startswith("train") else (epoch + 1,)
        return [float(self.each(key, e).mean()) for e in epochs]

    def each(self, key: str, epoch: int) -> Tensor:
        """Return of every image the loss, or 1 for right and 0 for wrong: (N,)."""
        images, labels = self.train if key.startswith("train") else self.val
        logits = images[:, 0, 0] * self.gains[epoch]  # (N, 4)
        if key.endswith("loss"):
            return functional.cross_entropy(logits, labels, reduction="none")
        return (logits.argmax(dim=1) == labels).float()


def draw_ground_truth() -> GroundTruth:
    """Draw images with their logits in the first row and their number in the last pixel."""
    parts = []
    for size, first in ((TRAIN_IMAGES, 0), (VAL_IMAGES, FIRST_VAL_NUMBER)):
        images = torch.randn(size, 3, 4, 4) * 2
        images[:, 2, 3, 3] = torch.arange(first, first + size)
        labels = torch.randint(NUM_CLASSES, (size,))
        labels[-1] = images[-1, 0, 0].argmin()  # the small batch is wrong
        parts.append((images, labels))
    return GroundTruth(gains=[1.0, -0.6, 1.5, -0.9], train=parts[0], val=parts[1])


@dataclass(slots=True)
class TrainingLog:
    """The ground truth of a training, kept as each of its steps is told, and what it returned."""

    truth: GroundTruth
    passes: list[BatchPass] = field(default_factory=list)
    backwards: list[BatchPass] = field(default_factory=list)
    figures: Any = None
    epoch: int = 0  # whose gain holds
    is_under_way: bool = False  # the training of an epoch, over when an image is only looked at

    def take(self, told: Any) -> float | None:
        """Log a step; return the gain that holds now, or None after the last step."""
        assert isinstance(told, dict)
        if told.get("step") == "end":
            self.figures = told.get("figures")
            return None
        step = BatchPass(
            training=told.get("training") is True,
            gradients=told.get("gradients") is not False,
            images=numbers_of(told.get("images")),
        )
        trains = step.images[0] < FIRST_VAL_NUMBER
        if told.get("step") == "backward":
            self.backwards.append(step)
            self.is_under_way = self.is_under_way or trains
        else:
            self.passes.append(step)
            if self.is_under_way and not (trains and step.gradients):
                self.epoch, self.is_under_way = (
                    min(self.epoch + 1, len(self.truth.gains) - 1),
                    False,
                )
        return self.truth.gains[self.epoch]


def numbers_of(told: Any) -> list[int]:
    """Check and return the numbers of a batch's images."""
    assert isinstance(told, list)
    assert told
    assert all(type(number) is int for number in told)
    return told


def same(key: str, got: float, right: float) -> bool:
    """Return whether a figure is right; an accuracy may be a share or a percentage."""
    if key.endswith("acc"):
        return abs(got - right) <= MAX_FIGURE_ERROR or abs(got / 100 - right) <= MAX_FIGURE_ERROR
    return abs(got - right) <= MAX_FIGURE_ERROR * right + 1e-4


def name_the_mistake(truth: GroundTruth, key: str, got: list[float]) -> str:
    """Return the finding for figures that are not right.

    It is a usual mistake where one explains every epoch, else "other_figure".
    """
    offset = 0 if key.startswith("train") else 1
    usual = [usual_mistakes(truth, key, epoch + offset) for epoch in range(len(got))]
    for finding in usual[0]:
        if all(
            same(key, figure, mistakes[finding])
            for figure, mistakes in zip(got, usual, strict=True)
        ):
            return finding
    return "other_figure"


def usual_mistakes(truth: GroundTruth, key: str, epoch: int) -> dict[str, float]:
    """Return the figure that each usual mistake gives, by finding."""
    other = key.replace("val", "train") if key.startswith("val") else key.replace("train", "val")
    elsewhere = float(truth.each(other, epoch).mean())
    each = truth.each(key, epoch)
    full = float(each[: len(each) - len(each) % BATCH_SIZE].mean())
    others = {"figure_of_the_other_loader": elsewhere, "last_batch_not_counted": full}
    return {**wrong_averages(each), **others}


def wrong_averages(each: Tensor) -> dict[str, float]:
    """Return the figure that each averaging mistake gives for all images (N,), by finding."""
    batches = each.split(BATCH_SIZE)
    means = torch.stack([batch.mean() for batch in batches])
    figures = {
        "mean_of_batches": means.mean(),
        "last_batch": means[-1],
        "first_batch": means[0],
        "sum_of_images": each.sum(),
        "sum_of_batches": means.sum(),
        "divided_by_batches": each.sum() / len(batches),
        "divided_twice": means.sum() / len(each),
        "as_if_all_batches_were_full": each.sum() / (len(batches) * BATCH_SIZE),
    }
    return {finding: float(figure) for finding, figure in figures.items()}


def matches_images(key: str, got: float, each: Tensor) -> bool:
    """Return whether a figure is an average over these images (N,).

    An averaging mistake counts as well: another check charges it.
    """
    return any(
        same(key, got, average) for average in (float(each.mean()), *wrong_averages(each).values())
    )


def expect_figures(told: Any, epochs: int, key: str | None = None) -> None:
    """Check that the history's lists, or the one named `key`, have a finite number per epoch."""
    if told is None:
        fail("no_history")
    for name in HISTORY_KEYS if key is None else (key,):
        figures = told[name]
        if figures is None:
            fail("list_missing", figure=name)
        if len(figures) != epochs:
            fail("other_length", figure=name, epochs=epochs, got=len(figures))
        if not all(isinstance(f, float) for f in figures):
            fail("no_numbers", figure=name)
        if not all(abs(f) < float("inf") for f in figures):
            fail("not_finite", figure=name)
