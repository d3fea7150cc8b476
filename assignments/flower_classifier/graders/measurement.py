"""The accuracy of the submitted model, measured once, for all the checks that hold something against it."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import artefact_probes
from documents import History, read_history

from autograder.accuracy import Measured, measure, thresholds_of
from autograder.data.flowers import ImageSet, read_split
from autograder.errors import StudentError
from autograder.live import LiveSubmission
from autograder.model import Measurement, Rubric, Run
from autograder.testing import ask_a_person, deny, fail

CHECKPOINT, HISTORY = "flowers_model.pth", "history.json"
MOST_BYTES = 256 << 20
MOST_TENSORS = 4096
CLASSES = 102
LOST = 0.25  # an accuracy below which another order of the classes is looked for
STATES = ("unreadable", "no_weights", "no_module")  # findings that need no figures


def measured(submission: LiveSubmission, run: Run, rubric: Rubric) -> Measured:
    """The measurement; whatever is wrong with the checkpoint ends every check that asks for it."""
    return submission.once("measured", lambda: _measure(submission, run, rubric))


def _measure(submission: LiveSubmission, run: Run, rubric: Rubric) -> Measured:
    open_checkpoint(submission, submission.file(CHECKPOINT))
    return measure(
        lambda images: submission.run(artefact_probes.logits, images),
        images_of(run.data),
        how=run.accuracy,
        thresholds=thresholds_of(rubric.accuracy, *_decisive(submission, rubric)),
        lang=run.lang,
    )


def open_checkpoint(submission: LiveSubmission, content: bytes) -> None:
    """Have the worker open the checkpoint; the check ends with what is in the way."""
    report = submission.run(artefact_probes.opened, content, MOST_BYTES, MOST_TENSORS)
    assert isinstance(report, dict)
    state = report.get("state")
    if state == "opened":
        return
    if state == "pickle":
        deny("checkpoint_pickle")
    if state == "too_large":
        deny("checkpoint_too_large", most=MOST_BYTES >> 20)
    if state == "other_architecture":
        counts = {key: int(report[key]) for key in ("missing", "unexpected", "reshaped")}
        fail("checkpoint_other_architecture", **counts)
    fail(f"checkpoint_{state}" if state in STATES else "checkpoint_unreadable")


def images_of(data: Path | None) -> ImageSet:
    """The images of the test; a person measures where there are none."""
    if data is None:
        ask_a_person("no_test_images")
    return _read(data)


@cache
def _read(data: Path) -> ImageSet:
    return read_split(data, "test")


def _decisive(submission: LiveSubmission, rubric: Rubric) -> list[Fraction]:
    """The accuracy below which the claimed training accuracy is severe overfitting."""
    history = claimed(submission)
    if history is None:
        return []
    limit = Fraction(history.last_train_acc).limit_denominator(10_000) - rubric.accuracy.overfitting
    return [limit] if 0 < limit < 1 else []


def claimed(submission: LiveSubmission) -> History | None:
    """The history as it was handed in; None where it cannot be read."""
    try:
        return read_history(HISTORY, submission.file(HISTORY))
    except (StudentError, AssertionError):
        return None


def share_of(measurement: Measurement) -> Fraction:
    """The accuracy."""
    return Fraction(measurement.correct, measurement.n)


def bounds_of(measurement: Measurement) -> tuple[Fraction, Fraction]:
    """Where the accuracy on the whole list lies: at one place, where the whole list was asked."""
    if measurement.n == measurement.total:
        return share_of(measurement), share_of(measurement)
    return measurement.interval


def sorted_by_name() -> list[int]:
    """The class at each place where the folders "1" to "102" are sorted as texts, as ImageFolder sorts them."""
    return [int(name) - 1 for name in sorted(str(k + 1) for k in range(CLASSES))]


def other_order(measurement: Measurement) -> str:
    """The way in which a model numbers its classes, where that alone is why it seems to know nothing; or empty."""
    if share_of(measurement) >= LOST:
        return ""
    for order, right in right_in_other_orders(measurement.confusion).items():
        if right > 2 * measurement.correct and right > measurement.n / 2:
            return order
    return ""


def right_in_other_orders(confusion: Any) -> dict[str, int]:
    """How many answers would be right if the model numbered its classes in another, likely way."""
    order = sorted_by_name()
    return {
        "sorted_by_name": sum(confusion[order[place]][place] for place in range(CLASSES)),
        "counted_from_one": sum(confusion[k - 1][k] for k in range(1, CLASSES)),
    }
