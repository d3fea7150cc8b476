"""Whether work stands behind documents: a training that learns, or a model that knows something.

Histories, tables and pictures can be written by hand. They count where the code trains, or where
the model that was handed in answers better than chance. Otherwise they are figures of nothing.
"""

from __future__ import annotations

from fractions import Fraction

from measurement import measured
from training_run import MAX_LOSS_SHARE, training_of

from autograder.checks import Rubric, Run, StudentError, Submission, fail

# Of the test images; a model that knows nothing, or always says the same, gets at most 4 % of the
# official list right (its commonest class), and 1 % by chance.
MIN_KNOWN_SHARE = Fraction(5, 100)


def learns(submission: Submission) -> bool:
    """Return whether train_model makes the loss fall, also that which the judge computes."""
    training = training_of(submission)
    losses = training.losses
    falls = len(losses) >= 2 and min(losses[-3:]) < MAX_LOSS_SHARE * losses[0]
    return falls and training.is_as_told


def judge_work(submission: Submission, run: Run, rubric: Rubric) -> None:
    """Check that work stands behind what a document tells."""
    try:
        if learns(submission):
            return
    except (StudentError, AssertionError):  # its own check says so
        pass
    if measured(submission, run, rubric).own_share < MIN_KNOWN_SHARE:
        fail("document_of_nothing")
