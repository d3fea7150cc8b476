"""Checks of the accuracy: measured on the test images from the weights that were handed in."""

from __future__ import annotations

from fractions import Fraction

import pytest
from measurement import Measured, measured

from autograder.checks import Feedback, Rubric, Run, Submission, fail, format_share

pytestmark = pytest.mark.criterion("product.training.accuracy")

# Of some test images, by which an accuracy may fall where they are mirrored and compressed anew.
MAX_FALL = Fraction(15, 100)


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


def judge_training(found: Measured, feedback: Feedback, rubric: Rubric, run: Run) -> None:
    """Apply the penalty where the measured accuracy in training is far above that of the test."""
    train = found.train
    if train is None:
        feedback.note("training_not_measured")
    elif train.bounds[0] - found.bounds[1] > rubric.accuracy.overfitting:
        feedback.adjust(
            "penalty.severe_overfitting",
            "overfitting",
            train=format_share(train.share, run.lang),
            of_train=train.n,
            measured=format_share(found.own_share, run.lang),
            n=found.measurement.n,
        )


def note_evidence(found: Measured, feedback: Feedback, rubric: Rubric, run: Run) -> None:
    """Tell staff what speaks against a measured accuracy; it changes no mark."""
    figures = {"measured": format_share(found.own_share, run.lang), "n": found.measurement.n}
    val = found.val
    if val is not None and found.bounds[0] - val.bounds[1] > rubric.accuracy.leak:
        shown = format_share(val.share, run.lang)
        feedback.note("test_far_above_validation", val=shown, of_val=val.n, **figures)
    if found.tables:
        feedback.note("model_with_tables", shapes=", ".join(found.tables))
    if found.altered is not None:
        before, after, n = found.altered
        if Fraction(before - after, n) > MAX_FALL:
            feedback.note("answers_fall_when_altered", before=before, after=after, n=n)
    if not found.is_replayed:
        feedback.note("accuracy_on_trust", **figures)
