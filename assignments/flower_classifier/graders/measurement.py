"""The accuracy of the submitted model, measured once for all checks that compare with it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import checkpoint_probes
from checkpoint import open_checkpoint
from documents import Claims, read_claims
from numbering import Numbering, accuracy_bounds, numbering_of

from autograder.checks import (
    ImageSet,
    Measurement,
    Rubric,
    Run,
    StudentError,
    Submission,
    ask_a_person,
    fail,
    measure,
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
    assert rubric.accuracy is not None
    open_checkpoint(submission)
    images = images_of(run.data)
    found = measure(
        lambda jpegs: ask(submission, jpegs),
        images,
        mode=run.accuracy,
        thresholds=thresholds_of(rubric.accuracy, *_decisive(submission, rubric)),
        lang=run.lang,
    ).measurement
    order = numbering_of(found)
    crops = submission.run(checkpoint_probes.crops, images.image(0))
    assert isinstance(crops, list)
    assert all(type(n) is int for n in crops)
    return Measured(
        measurement=found,
        order=order,
        bounds=accuracy_bounds(found, order),
        crops=crops if len(crops) != 3 else [],
    )


def ask(submission: Submission, images: list[bytes]) -> Any:
    """Return the model's logits for JPEGs; fail where the evaluation transform gives no images."""
    answer = submission.run(checkpoint_probes.logits, images)
    if not isinstance(answer, dict):
        return answer
    shapes = answer.get("shapes")
    if not isinstance(shapes, list):
        kind = answer.get("type")
        fail(
            "evaluation_gives",
            got=kind if kind in ("Image", "ndarray", "NoneType", "tuple", "list") else "…",
        )
    assert shapes
    assert all(type(shape) is list and all(type(n) is int for n in shape) for shape in shapes)
    if len(shapes) > 1:
        fail("evaluation_gives_sizes", first=shapes[0], second=shapes[1])
    return fail("evaluation_gives", got=shapes[0])


def images_of(data: Path | None) -> ImageSet:
    """Return the images of the test; a person measures where there are none."""
    if data is None:
        ask_a_person("no_test_images")
    return _read(data)


@cache
def _read(data: Path) -> ImageSet:
    return read_split(data, "test")


def _decisive(submission: Submission, rubric: Rubric) -> list[Fraction]:
    """Return the accuracy below which the claimed training accuracy is severe overfitting."""
    assert rubric.accuracy is not None
    last = claimed(submission).last_train_acc
    if last is None:
        return []
    limit = Fraction(last).limit_denominator(10_000) - rubric.accuracy.overfitting
    return [limit] if 0 < limit < 1 else []


def claimed(submission: Submission) -> Claims:
    """Return the accuracies that the history claims; none where it cannot be read."""
    try:
        return read_claims(HISTORY_FILE, submission.file(HISTORY_FILE))
    except (StudentError, AssertionError):
        return Claims()
