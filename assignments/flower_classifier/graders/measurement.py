"""The accuracy of the submitted model, measured once for all checks that compare with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path

from checkpoint import open_checkpoint
from documents import Claims, read_claims
from evaluation import is_recorded, transform_of
from judged import JudgedModel, SplitAccuracy
from numbering import Numbering, accuracy_bounds, numbering_of
from tables import tables_of

from autograder.checks import (
    ImageSet,
    Measurement,
    Rubric,
    Run,
    StudentError,
    Submission,
    ask_a_person,
    read_split,
    thresholds_of,
)

HISTORY_FILE = "history.json"
MAX_CLAIM_ERROR = Fraction(2, 100)  # between a claimed accuracy and the measured one
# By which a claim may lie beyond the level that was decided: another machine's rounding.
MAX_EDGE_ERROR = Fraction(5, 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured, and in which order of its own the model numbers its classes."""

    measurement: Measurement
    order: Numbering | None  # None: the official one
    bounds: tuple[Fraction, Fraction]  # of the accuracy on the whole list, in the model's own order
    # The shape that the evaluation transform gives an image; empty where it is as it should be.
    crops: list[int]
    train: SplitAccuracy | None = None  # None: the images are not here
    val: SplitAccuracy | None = None
    # Of some test images, how many are right as they are, how many if altered, and their number.
    altered: tuple[int, int, int] | None = None
    tables: list[str] = field(default_factory=list)  # numbers that no architecture has, in words
    is_replayed: bool = True  # whether no student code answered

    @property
    def share(self) -> Fraction:
        """The measured accuracy, which counts."""
        return Fraction(self.measurement.correct, self.measurement.n)

    @property
    def own_share(self) -> Fraction:
        """The accuracy in the model's own order."""
        right = (
            self.measurement.correct if self.order is None else self.order.right(self.measurement)
        )
        return Fraction(right, self.measurement.n)

    @property
    def is_whole(self) -> bool:
        """Return whether every image was asked."""
        return self.measurement.n == self.measurement.total

    def admits(self, claim: float, rubric: Rubric) -> bool:
        """Return whether a claimed accuracy agrees with the figure, or the decided level."""
        low, high = self.bounds
        interval = self.measurement.interval if self.order is None else self.bounds
        low, high = (
            min(low - MAX_CLAIM_ERROR, interval[0]),
            max(high + MAX_CLAIM_ERROR, interval[1]),
        )
        if not self.is_whole and self.order is None:
            floor, ceiling = level_of(self.share, rubric)
            low, high = max(low, floor - MAX_EDGE_ERROR), min(high, ceiling + MAX_EDGE_ERROR)
        return low <= claim <= high


def level_of(share: Fraction, rubric: Rubric) -> tuple[Fraction, Fraction]:
    """Return the two thresholds of the rubric between which an accuracy is."""
    assert rubric.accuracy is not None
    levels = sorted({Fraction(0), Fraction(1), *thresholds_of(rubric.accuracy)})
    floor = max(level for level in levels if level <= share)
    return floor, min((level for level in levels if level > share), default=Fraction(1))


def measured(submission: Submission, run: Run, rubric: Rubric) -> Measured:
    """Return the measurement.

    A fault of the checkpoint fails every check that asks for it.
    """
    return submission.once("measured", lambda: _measure(submission, run, rubric))


def _measure(submission: Submission, run: Run, rubric: Rubric) -> Measured:
    rules = rubric.accuracy
    assert rules is not None
    images = images_of(run.data)
    assert run.data is not None
    open_checkpoint(submission)
    model = JudgedModel(submission=submission, data=run.data, lang=run.lang)
    early = run.accuracy == "sequential"
    decisive: list[Fraction] = []
    if early and (train := model.training(None, Fraction(1))) is not None:
        decisive = [train.share - rules.overfitting]
    thresholds = thresholds_of(rules, *(limit for limit in decisive if 0 < limit < 1))
    found = model.measure(images, early=early, thresholds=thresholds)
    order = numbering_of(found.measurement)
    bounds = accuracy_bounds(found.measurement, order)
    shape = transform_of(submission).shape
    is_claimed = Fraction(found.measurement.correct, found.measurement.n) >= rules.earns
    return Measured(
        measurement=found.measurement,
        order=order,
        bounds=bounds,
        crops=list(shape) if len(shape) > 3 else [],
        train=model.training(order, bounds[1] + rules.overfitting),
        val=model.validation(order, bounds[0] - rules.leak),
        altered=model.altered(images, found.predictions) if is_claimed else None,
        tables=tables_of(submission),
        is_replayed=is_recorded(submission),
    )


def images_of(data: Path | None) -> ImageSet:
    """Return the images of the test; a person measures where there are none."""
    if data is None:
        ask_a_person("no_test_images")
    return _read(data)


@cache
def _read(data: Path) -> ImageSet:
    return read_split(data, "test")


def claimed(submission: Submission) -> Claims:
    """Return the accuracies that the history claims; none where it cannot be read."""
    try:
        return read_claims(HISTORY_FILE, submission.file(HISTORY_FILE))
    except (StudentError, AssertionError):
        return Claims()
