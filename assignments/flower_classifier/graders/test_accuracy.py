"""Checks of the accuracy: measured on the test images from the weights that were handed in."""

from __future__ import annotations

import pytest
from evidence import judge_training, note_evidence
from measurement import measured

from autograder.checks import Feedback, Rubric, Run, Submission, fail, format_share

pytestmark = pytest.mark.criterion("product.training.accuracy")


@pytest.mark.measure
def test_accuracy_on_the_test_images(
    submission: Submission, feedback: Feedback, rubric: Rubric, run: Run
) -> None:
    """The submitted weights, in the student's model and transform, reach the required accuracy."""
    found = measured(submission, run, rubric)
    measurement, share, rules = found.measurement, found.share, rubric.accuracy
    feedback.measured(measurement)
    if found.crops:
        feedback.tell("evaluation_gives_crops", got=found.crops)
    judge_training(found, feedback, rubric, run)
    note_evidence(found, feedback, rubric, run)
    figures = {
        "share": format_share(share, run.lang),
        "correct": measurement.correct,
        "n": measurement.n,
    }
    if share >= rules.bonus:
        feedback.adjust("bonus.accuracy_92", "accuracy_for_the_bonus", **figures)
    if share >= rules.earns:
        return
    if found.order is not None:
        fail(found.order.key, **figures, own=format_share(found.own_share, run.lang))
    fail("accuracy_not_reached", **figures, earns=format_share(rules.earns, run.lang))
