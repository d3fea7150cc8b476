"""What the judge knows of a training: the data that it drew, the right figures, and the usual wrong ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from training_probes import KEYS, Data, Learner

from autograder.testing import expect_tensor, fail, is_close

BATCH = 8
EPOCHS = 3  # of the network that keeps books; as many gains as that, and one
LONG = 8  # epochs of a real training
CLASSES = 4
MISLABELLED = 2  # validation images: the loss stays far from zero, where any two networks are alike
TRAIN, VAL = 33, 21  # images: no multiples of the batch, or a mean of means would be right
FIRST_VAL = 1000  # the number of the first validation image
PRECISION = 2e-3  # of a loss, relative, and of an accuracy, absolute: figures may be rounded a little


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The data of a network that answers what its images say, in each epoch with another gain."""

    gains: list[float]
    train: Data
    val: Data

    def right(self, key: str, epoch: int) -> list[float]:
        """The right figures: while the epoch is under way (training only), or after it."""
        epochs = (epoch, epoch + 1) if key.startswith("train") else (epoch + 1,)
        return [float(self.each(key, e).mean()) for e in epochs]

    def each(self, key: str, epoch: int) -> Tensor:
        """The loss, or 1 for right and 0 for wrong, of every image: (N,)."""
        images, labels = self.train if key.startswith("train") else self.val
        logits = images[:, 0, 0] * self.gains[epoch]  # (N, 4)
        if key.endswith("loss"):
            return functional.cross_entropy(logits, labels, reduction="none")
        return (logits.argmax(dim=1) == labels).float()

    def is_validation(self, numbers: list[int]) -> bool:
        """Whether one of these images is of the validation set."""
        return any(n >= FIRST_VAL for n in numbers)


def draw_books() -> Books:
    """Images that carry their logits in the first row and their number in the last pixel."""
    parts = []
    for size, first in ((TRAIN, 0), (VAL, FIRST_VAL)):
        images = torch.randn(size, 3, 4, 4) * 2
        images[:, 2, 3, 3] = torch.arange(first, first + size)
        labels = torch.randint(CLASSES, (size,))
        labels[-1] = images[-1, 0, 0].argmin()  # the small batch is wrong
        parts.append((images, labels))
    return Books(gains=[1.0, -0.6, 1.5, -0.9], train=parts[0], val=parts[1])


def same(key: str, got: float, right: float) -> bool:
    """Whether a figure is right; an accuracy may be a share or a percentage."""
    if key.endswith("acc"):
        return abs(got - right) <= PRECISION or abs(got / 100 - right) <= PRECISION
    return abs(got - right) <= PRECISION * right + 1e-4


def name_the_mistake(books: Books, key: str, got: list[float]) -> str:
    """The finding for figures that are not right: a usual mistake that fits every epoch, else that they differ."""
    offset = 0 if key.startswith("train") else 1
    usual = [usual_mistakes(books, key, epoch + offset) for epoch in range(len(got))]
    for finding in usual[0]:
        if all(same(key, figure, mistakes[finding]) for figure, mistakes in zip(got, usual, strict=True)):
            return finding
    return "other_figure"


def usual_mistakes(books: Books, key: str, epoch: int) -> dict[str, float]:
    """What usual mistakes make of a figure, by finding."""
    other = key.replace("val", "train") if key.startswith("val") else key.replace("train", "val")
    elsewhere = float(books.each(other, epoch).mean())
    return {**wrong_averages(books.each(key, epoch)), "figure_of_the_other_loader": elsewhere}


def wrong_averages(each: Tensor) -> dict[str, float]:
    """What usual slips of averaging make of the figures of all images (N,), by finding."""
    batches = each.split(BATCH)
    means = torch.stack([batch.mean() for batch in batches])
    figures = {
        "mean_of_batches": means.mean(),
        "last_batch": means[-1],
        "first_batch": means[0],
        "sum_of_images": each.sum(),
        "sum_of_batches": means.sum(),
        "divided_by_batches": each.sum() / len(batches),
        "divided_twice": means.sum() / len(each),
        "as_if_all_batches_were_full": each.sum() / (len(batches) * BATCH),
    }
    return {finding: float(figure) for finding, figure in figures.items()}


def tells_of(key: str, got: float, each: Tensor) -> bool:
    """Whether a figure speaks of these images' (N,), averaged rightly or with a slip that is charged elsewhere."""
    return any(same(key, got, average) for average in (float(each.mean()), *wrong_averages(each).values()))


def expect_figures(report: Any, epochs: int, key: str | None = None) -> None:
    """The history has its lists (or the one of that key), each with a finite number per epoch."""
    if report["figures"] is None:
        fail("no_history")
    for name in KEYS if key is None else (key,):
        figures = report["figures"][name]
        if figures is None:
            fail("list_missing", figure=name)
        if len(figures) != epochs:
            fail("other_length", figure=name, epochs=epochs, got=len(figures))
        if not all(isinstance(f, float) and abs(f) < float("inf") for f in figures):
            fail("no_numbers", figure=name)


# ---------------------------------------------------------------- a real training

Measured = tuple[Tensor, Tensor]  # of every image its loss, and 1 for right or 0 for wrong: (N,) each


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The network that a training starts from, what of it is frozen, and the images."""

    state: dict[str, Tensor]
    parameters: tuple[str, ...]
    frozen: list[str]
    train: Data
    val: Data


def draw_course() -> Course:
    """A network whose batch norms know the data, its first layers frozen, and images of four classes."""
    patterns = torch.randn(CLASSES, 3, 8, 8)
    parts = []
    for size in (44, 22):
        labels = torch.arange(size) % CLASSES
        parts.append((patterns[labels] + 0.4 * torch.randn(size, 3, 8, 8), labels))
    parts[1][1][:MISLABELLED] = (parts[1][1][:MISLABELLED] + 1) % CLASSES
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
    return Course(state=state, parameters=names, frozen=frozen, train=parts[0], val=parts[1])


def held_to_shapes(state: Any) -> dict[str, Tensor]:
    """A state that a training showed or left, held to the network's shapes."""
    expected = Learner().state_dict()
    if set(state) != set(expected):
        fail("network_replaced")
    for name, value in expected.items():
        expect_tensor(state[name], shape=tuple(value.shape), dtype=value.dtype)
    return dict(state)


def expect_own_answers(report: Any) -> None:
    """The network that is left answers as one with the state that it told before it was asked."""
    learner = Learner().eval()
    learner.load_state_dict(held_to_shapes(report["state"]))
    with torch.no_grad():
        if not is_close(report["answers"], learner(report["images"]), rtol=1e-3, atol=1e-3):
            fail("answers_of_another")


def measure(state: dict[str, Tensor], data: Data) -> Measured:
    """What the network with that state makes of the images, in eval mode."""
    learner = Learner().eval()
    learner.load_state_dict(state)
    images, labels = data
    with torch.no_grad():
        logits = learner(images)
    return functional.cross_entropy(logits, labels, reduction="none"), (logits.argmax(dim=1) == labels).float()
