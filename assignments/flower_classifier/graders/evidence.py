"""What measured accuracies lead to beside the mark: a penalty, and notes for staff."""

from __future__ import annotations

from fractions import Fraction

from measurement import Measured

from autograder.checks import Feedback, Rubric, Run, format_share

# Of some test images, by which an accuracy may fall where they are mirrored and compressed anew.
# Of 48 images, fine-tuned models lose 5 at most in 999 draws of 1,000; a table of files loses most.
MAX_FALL = Fraction(1, 6)


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
