"""Checks of the accuracy: measured on the test images from the weights that were handed in."""

from __future__ import annotations

import pytest
from measurement import measured, other_order, share_of

from autograder.live import LiveSubmission
from autograder.model import Rubric, Run
from autograder.record import Record
from autograder.score import format_share
from autograder.testing import fail

pytestmark = pytest.mark.criterion("product.training.accuracy")


@pytest.mark.measure
def test_accuracy_on_the_test_images(submission: LiveSubmission, record: Record, rubric: Rubric, run: Run) -> None:
    """The submitted weights, in the student's model and behind its own transform, reach the accuracy asked."""
    measurement = measured(submission, run, rubric).measurement
    record.measured(measurement)
    share, rules = share_of(measurement), rubric.accuracy
    figures = {"share": format_share(share, run.lang), "correct": measurement.correct, "n": measurement.n}
    if share >= rules.bonus:
        record.adjust("bonus.accuracy_92", "accuracy_for_the_bonus", **figures)
    if share >= rules.earns:
        return
    if order := other_order(measurement):
        fail(order, **figures)
    fail("accuracy_not_reached", **figures, earns=format_share(rules.earns, run.lang))
