"""Checks of the training: when it stops, how the rate falls, and what it leaves behind."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
import training_probes
from training_run import BEST_EPOCH, MAX_EPOCHS, SCRIPT_PATIENCE, training_of

from autograder.checks import Submission, fail, is_close

STOPPING_ID = "product.training.early_stopping"
SCHEDULER_ID = "product.training.lr_scheduler"
MAX_FALLEN_SHARE = 0.9  # of the highest rate: a scheduler goes below
MAX_COLLAPSED_SHARE = 0.01  # of the highest rate, while the validation still improves


# ---------------------------------------------------------------- EarlyStopping


def judge_stop(
    submission: Submission,
    losses: list[float],
    stops: range,
    *,
    patience: int,
    min_delta: float = 0.0,
) -> None:
    """Check that `step` says stop at one of `stops` (indices), or never if that is empty."""
    rule = f"patience={patience}" + (f", min_delta={min_delta:g}" if min_delta else "")
    answers = submission.prepare(training_probes.stopped, patience, min_delta, losses)
    assert isinstance(answers, list)
    if None in answers:
        fail("step_answers_nothing")
    index = answers.index(True) if True in answers else None
    if index is None and len(stops):
        fail("never_stops", rule=rule, losses=shown(losses))
    if index is not None and index < (stops.start if len(stops) else len(losses)):
        fail("stops_too_early", rule=rule, losses=shown(losses[: index + 1]))
    if index is not None and index not in stops:
        fail("stops_too_late", rule=rule, losses=shown(losses[: index + 1]))


def shown(losses: list[float]) -> str:
    """Return losses in a sentence."""
    return ", ".join(f"{loss:.3g}" for loss in losses)


def level() -> float:
    """Draw a loss to start from."""
    return float(torch.rand(()) + 1)


@pytest.mark.criterion(STOPPING_ID)
def test_stops_on_a_plateau(submission: Submission) -> None:
    """It stops after `patience` bad epochs in a row (or one more), and not before."""
    for patience in (2, 4):
        top = level()
        losses = [top, top - 0.2, top - 0.4] + [top - 0.3 + 0.01 * i for i in range(patience + 4)]
        judge_stop(submission, losses, range(patience + 2, patience + 4), patience=patience)


@pytest.mark.criterion(STOPPING_ID)
def test_compares_with_the_best(submission: Submission) -> None:
    """A loss counts as better against the best so far, not against the one before."""
    top = level()
    losses = [top * factor for factor in (1, 0.5, 0.9, 0.8, 0.7, 0.6, 0.55, 0.9, 0.8)]
    judge_stop(submission, losses, range(4, 6), patience=3)


@pytest.mark.criterion(STOPPING_ID)
def test_starts_again_after_an_improvement(submission: Submission) -> None:
    """An improvement sets the count of bad epochs back to zero."""
    top = level()
    losses = [
        top * factor for factor in (1, 1.1, 1.1, 0.8, 0.9, 0.9, 0.7, 0.8, 0.9, 0.85, 0.9, 0.95)
    ]
    judge_stop(submission, losses, range(9, 11), patience=3)
    judge_stop(submission, [top * 0.9**i for i in range(12)], range(0), patience=2)


@pytest.mark.criterion(STOPPING_ID)
def test_min_delta(submission: Submission) -> None:
    """Improvements of less than min_delta do not count."""
    top = level()
    losses = [top - 0.01 * i for i in range(8)]
    judge_stop(submission, losses, range(2, 4), patience=2, min_delta=0.2)
    judge_stop(submission, losses, range(0), patience=2)
    judge_stop(
        submission, [top + 2 - 0.3 * i for i in range(8)], range(0), patience=2, min_delta=0.2
    )


@pytest.mark.criterion(STOPPING_ID)
def test_nan_and_no_patience(submission: Submission) -> None:
    """NaN is no improvement; with patience 0 nothing goes on after the first bad epoch."""
    top = level()
    judge_stop(submission, [top, top - 0.1, *[math.nan] * 6], range(2, 6), patience=3)
    judge_stop(
        submission, [top, top - 0.1, top - 0.2, top, top + 0.1, top + 0.2], range(5), patience=0
    )


def judge_told(submission: Submission) -> None:
    """Check that there was a training, and that the model left has learnt what was told of it."""
    training = training_of(submission)
    if not training.epochs:
        fail("no_optimizer_step")
    if not training.is_as_told:
        fail("training_is_not_as_told")


@pytest.mark.gate
@pytest.mark.criterion(STOPPING_ID)
def test_stopped_training_is_as_told(submission: Submission) -> None:
    """The model that is left has learnt what its training is said to have."""
    judge_told(submission)


@pytest.mark.criterion(STOPPING_ID, weight=2)
def test_training_stops_early(submission: Submission) -> None:
    """train_model stops when the validation has not improved for config["patience"] epochs."""
    training = training_of(submission)
    # One less than exact: some validate once before they train.
    soonest = BEST_EPOCH + SCRIPT_PATIENCE
    if training.epochs >= MAX_EPOCHS:
        fail(
            "training_never_stops", epochs=MAX_EPOCHS, patience=SCRIPT_PATIENCE, best=BEST_EPOCH + 1
        )
    if training.epochs < soonest:
        fail(
            "training_stops_too_early",
            epochs=training.epochs,
            patience=SCRIPT_PATIENCE,
            best=BEST_EPOCH + 1,
        )
    if training.epochs > soonest + 3:
        fail(
            "training_stops_too_late",
            epochs=training.epochs,
            patience=SCRIPT_PATIENCE,
            best=BEST_EPOCH + 1,
        )


@pytest.mark.criterion(STOPPING_ID)
def test_training_leaves_the_best_weights(submission: Submission) -> None:
    """train_model leaves the weights of the epoch with the best validation in the model."""
    training = training_of(submission)
    if len(training.weights) <= BEST_EPOCH:
        fail(
            "training_stops_too_early",
            epochs=training.epochs,
            patience=SCRIPT_PATIENCE,
            best=BEST_EPOCH + 1,
        )
    best, last = training.weights[BEST_EPOCH], training.weights[-1]
    if not is_close(training.left, best) and not is_close(last, best):
        fail("other_weights_left", best=BEST_EPOCH + 1)


# ---------------------------------------------------------------- the rate


@pytest.mark.gate
@pytest.mark.criterion(SCHEDULER_ID)
def test_training_is_as_told(submission: Submission) -> None:
    """The model that is left has learnt what its training is said to have."""
    judge_told(submission)
    if not training_of(submission).has_moved:
        fail("training_moves_nothing")


@pytest.mark.criterion(SCHEDULER_ID, weight=2)
def test_rate_falls(submission: Submission) -> None:
    """The optimizer's rate goes down in the course of the training, neither never nor at once."""
    training = training_of(submission)
    if 2 * training.moved_elsewhere > sum(map(len, training.batches)):
        fail("weights_moved_elsewhere")
    highest = [max(rates, default=0.0) for rates in [*training.rates, training.last_rates]]
    if not 0 < max(highest) < math.inf:
        fail("no_optimizer_step")
    peak = highest.index(max(highest))
    if not min(highest[peak:]) <= MAX_FALLEN_SHARE * highest[peak]:
        fail("rate_never_falls", epochs=training.epochs)
    if (
        peak < BEST_EPOCH < len(highest)
        and not highest[BEST_EPOCH] > MAX_COLLAPSED_SHARE * highest[peak]
    ):
        fail("rate_collapses", epochs=BEST_EPOCH + 1)


@pytest.mark.criterion(SCHEDULER_ID)
def test_rate_is_recorded(submission: Submission) -> None:
    """history["lr"] holds the rate of each epoch, as the optimizer used it."""
    training = training_of(submission)
    recorded = training.history.get("lr")
    if not isinstance(recorded, list) or len(recorded) != training.epochs:
        fail("rates_not_recorded", epochs=training.epochs)
    for epoch, entry in enumerate(recorded[:-1]):  # it may be noted after the scheduler's step
        claims = entry if isinstance(entry, list) and entry else [entry]
        used = [*training.rates[epoch], *training.rates[epoch + 1]]
        if not all(is_one_of(claim, used) for claim in claims):
            fail("other_rates_recorded", epoch=epoch + 1)


def is_one_of(claim: Any, rates: list[float]) -> bool:
    """Return whether a recorded rate is one that was used."""
    return type(claim) in (int, float) and any(
        math.isclose(claim, rate, rel_tol=1e-3) for rate in rates
    )
