"""Checks of `set_seed`: what it fixes, by what comes out of it."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import training_probes
from model_fingerprint import small_side
from torch import Tensor
from training_run import SCRIPT_CONFIG, draw_images

from autograder.checks import Submission, fail

pytestmark = pytest.mark.criterion("product.code.reproducibility")

GENERATOR_NAMES = ("random", "numpy", "torch")
TRAIN_IMAGES = 4  # to train on


def draw_seeds() -> tuple[int, int]:
    """Draw two different seeds."""
    first = int(torch.randint(1, 10**6, ()))
    return first, first + 1


@pytest.mark.gate
def test_set_seed_fixes_a_generator(submission: Submission) -> None:
    """After set_seed, at least one of the generators gives the same numbers again."""
    seed, _ = draw_seeds()
    first, second = (submission.run(training_probes.drawn, seed) for _ in range(2))
    if all(first[generator] != second[generator] for generator in GENERATOR_NAMES):
        fail("generator_not_fixed", generator=GENERATOR_NAMES[-1])


def test_set_seed_fixes_every_generator(submission: Submission) -> None:
    """After set_seed, `random`, NumPy and torch give the same numbers again."""
    seed, _ = draw_seeds()
    first, second = (submission.run(training_probes.drawn, seed) for _ in range(2))
    for generator in GENERATOR_NAMES:
        if first[generator] != second[generator]:
            fail("generator_not_fixed", generator=generator)


def test_set_seed_uses_its_seed(submission: Submission) -> None:
    """Another seed gives other numbers."""
    first, second = (submission.run(training_probes.drawn, seed) for seed in draw_seeds())
    if all(first[generator] == second[generator] for generator in GENERATOR_NAMES):
        fail("seed_ignored")


@pytest.mark.criterion("product.code.reproducibility", weight=2)
def test_two_runs_are_the_same(submission: Submission) -> None:
    """After set_seed, a new model and an epoch of training give the same weights and figures."""
    seed, _ = draw_seeds()
    images, labels = (
        draw_images(TRAIN_IMAGES + 2, small_side(submission)),
        torch.randperm(102)[: TRAIN_IMAGES + 2],
    )
    config = {**SCRIPT_CONFIG, "batch_size": 2, "epochs": 1, "patience": 3, "seed": seed}
    arguments = (seed, images, labels, TRAIN_IMAGES, config)
    first = submission.run(training_probes.repeated, *arguments)
    submission.restart()  # the second time it cannot play back the first
    second = submission.run(training_probes.repeated, *arguments)
    if not same(first["start"], second["start"]):
        fail("other_start")
    if not same(first["end"], second["end"]):
        fail("other_end")
    if first["history"] != second["history"]:
        fail("other_history")


def same(first: Any, second: Any) -> bool:
    """Return whether two tensors are equal, to the last bit."""
    return isinstance(first, Tensor) and isinstance(second, Tensor) and torch.equal(first, second)
