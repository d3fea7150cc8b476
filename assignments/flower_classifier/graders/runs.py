"""One run of the student's training on made data, as the judge has it done and holds it to its form."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
import training_probes
from portraits import small_side
from torch import Tensor

from autograder.live import LiveSubmission

KEYS = ("train_loss", "train_acc", "val_loss", "val_acc", "lr")
EPOCHS = 24  # at most
PATIENCE = 12
TRAIN, VALIDATION = 3, 7  # images; the last batch of the validation is smaller than the others
SCRIPT = [1, 2, 4, 5] + [3] * 40  # of the 7 validation images, how many are right after each epoch
BEST = SCRIPT.index(max(SCRIPT))  # the epoch after which nothing gets better
CONFIG = {"lr": 1e-3, "min_delta": 0.0, "device": "cpu", "batch_size": 2, "num_workers": 0, "data_dir": "."}

Rates = list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What happened while train_model ran."""

    history: dict[str, Any]  # empty where there is none
    epochs: int  # in which it trained
    losses: list[float]  # the true mean loss of each epoch's training batches
    rates: list[Rates]  # every learning rate that was used in each epoch
    last_rates: Rates  # that the optimizer was left with
    modes: list[bool]  # whether the model was in train mode, at each batch of the validation
    weights: list[Tensor]  # a parameter, as each pass through the validation found it
    left: Tensor  # the same parameter afterwards


def draw_images(count: int, side: int) -> Tensor:
    """Images that carry their number in their first pixel: (count, 3, side, side)."""
    images = torch.randn(count, 3, side, side)
    images[:, 0, 0, 0] = torch.arange(count) * training_probes.MARK
    return images


def training_of(submission: LiveSubmission) -> Training:
    """One run of train_model, for all the checks that look at it."""
    return submission.once("training", lambda: train(submission))


def train(submission: LiveSubmission) -> Training:
    """Have the student's code train a small while on four images, with scripted figures of the validation."""
    count = TRAIN + VALIDATION
    config = {**CONFIG, "epochs": EPOCHS, "patience": PATIENCE, "seed": int(torch.randint(2**31, ()))}
    labels = torch.randperm(102)[:count]
    images = draw_images(count, small_side(submission))
    answer = submission.run(training_probes.trained, images, labels, TRAIN, SCRIPT, config)
    losses, places = numbers_of(answer["losses"]), numbers_of(answer["epochs"])
    steps = [(place, numbers_of(rates)) for place, rates in answer["rates"]]
    epochs = sorted(set(places))
    return Training(
        history=answer["history"] if isinstance(answer["history"], dict) else {},
        epochs=len(epochs),
        losses=[mean([v for v, p in zip(losses, places, strict=True) if p == epoch]) for epoch in epochs],
        rates=[[rate for p, rates in steps if p == epoch for rate in rates] for epoch in epochs],
        last_rates=numbers_of(answer["last_rates"]),
        modes=[mode is True for mode in answer["modes"]],
        weights=[w for w in answer["weights"] if isinstance(w, Tensor)],
        left=answer["left"] if isinstance(answer["left"], Tensor) else torch.zeros(0),
    )


def numbers_of(values: Any) -> list[float]:
    """A list of numbers, NaN among them perhaps."""
    assert isinstance(values, list)
    assert all(type(v) in (int, float) for v in values)
    return [float(v) for v in values]


def mean(values: list[float]) -> float:
    """Their mean; NaN of none."""
    return sum(values) / len(values) if values else math.nan


def is_share(claim: float, share: float) -> bool:
    """Whether a claimed accuracy is `share`, as a share or in percent."""
    return math.isclose(claim, share, abs_tol=1e-3) or math.isclose(claim, 100 * share, abs_tol=0.1)
