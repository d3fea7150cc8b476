"""Checks of the analysis: histories and curves, confusion matrix, comparison with scratch."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
import torch
import training_probes
from charts import judge_chart, looked_at
from comparison import compare
from contradictions import note_contradictions
from documents import read_claims, read_history
from matrices import Matrix, overlap, read_matrix, share_of_counts, transposed
from measurement import HISTORY_FILE, MAX_CLAIM_ERROR, Measured, claimed, images_of, measured
from training_run import (
    BEST_EPOCH,
    HISTORY_KEYS,
    RIGHT_AFTER_EPOCH,
    VALIDATION_IMAGES,
    draw_images,
    is_share,
    training_of,
)
from work import judge_work, learns

from autograder.checks import (
    Feedback,
    Rubric,
    Run,
    StudentError,
    Submission,
    fail,
    format_share,
)

CURVES_ID = "product.analysis.training_curves"
CONFUSION_ID = "product.analysis.confusion_matrix"
COMPARISON_ID = "product.analysis.scratch_vs_transfer"

CURVES_PICTURE, MATRIX_PICTURE, MATRIX = (
    "training_curves.png",
    "confusion_matrix.png",
    "confusion_matrix.csv",
)
MIN_AGREEMENT = 0.95  # of the images lie in the same cell of two matrices of the same model
# of the images that were asked, where not all were, are among those that such a matrix counts
MIN_COUNTED_SHARE = 0.99
MAX_LOSS_ERROR = 1e-3  # by which equal losses may differ


# ---------------------------------------------------------------- what train_model returns


@pytest.mark.criterion(CURVES_ID)
def test_history_of_a_training(submission: Submission) -> None:
    """train_model returns a history with its five lists, one figure per epoch."""
    training = training_of(submission)
    if not training.history:
        fail("no_history")
    missing = [key for key in HISTORY_KEYS if not isinstance(training.history.get(key), list)]
    if missing:
        fail("training_history_lacks", keys=", ".join(missing))
    lengths = {key: len(training.history[key]) for key in HISTORY_KEYS}
    if set(lengths.values()) != {training.epochs}:
        fail("training_history_lengths", epochs=training.epochs, lengths=words(lengths))
    plain = [key for key in HISTORY_KEYS if key != "lr"]  # a rate may be a list, one for each group
    if not all(
        type(v) in (int, float) and math.isfinite(v) for key in plain for v in training.history[key]
    ):
        fail("training_history_no_numbers")


def words(lengths: dict[str, int]) -> str:
    """Return lengths in a sentence."""
    return ", ".join(f"{key}: {n}" for key, n in lengths.items())


@pytest.mark.gate
@pytest.mark.criterion(CURVES_ID)
def test_training_learns(submission: Submission) -> None:
    """train_model makes the loss on its training images fall."""
    if not learns(submission):
        fail("does_not_learn")


@pytest.mark.criterion(CURVES_ID)
def test_figures_of_a_training(submission: Submission) -> None:
    """The history's validation figures count each validation image once, in eval mode."""
    training = training_of(submission)
    if any(training.modes):
        fail("validates_in_train_mode")
    accuracies, losses = (training.history.get(key) for key in ("val_acc", "val_loss"))
    if (
        not isinstance(accuracies, list)
        or not isinstance(losses, list)
        or len(accuracies) != len(losses)
    ):
        fail("training_history_lacks", keys="val_acc, val_loss")
    rights = RIGHT_AFTER_EPOCH[: len(accuracies)]
    for epoch, (claim, right) in enumerate(zip(accuracies, rights, strict=False), start=1):
        if type(claim) not in (int, float) or not is_share(claim, right / VALIDATION_IMAGES):
            fail("other_validation_accuracy", epoch=epoch)
    if not all(type(loss) in (int, float) for loss in losses):
        fail("training_history_no_numbers")
    if not all(later < earlier for earlier, later in pairwise(losses[: BEST_EPOCH + 1])):
        fail("other_validation_loss")
    later = losses[BEST_EPOCH + 1 :]
    if not all(
        losses[BEST_EPOCH] < loss and abs(loss - later[0]) < MAX_LOSS_ERROR for loss in later
    ):
        fail("other_validation_loss")


@pytest.mark.criterion(CURVES_ID)
def test_evaluate_model(submission: Submission) -> None:
    """evaluate_model gives top-1 and top-5 over all images, each counted once, in eval mode."""
    top1 = int(torch.randint(1, 4, ()))
    top5 = int(torch.randint(top1 + 1, VALIDATION_IMAGES, ()))
    near, far = (
        torch.randint(1, 5, (top5 - top1,)),
        torch.randint(5, 50, (VALIDATION_IMAGES - top5,)),
    )
    ranks = torch.cat([torch.zeros(top1, dtype=torch.int64), near, far])
    ranks = ranks[torch.randperm(VALIDATION_IMAGES)]
    labels = torch.randperm(102)[:VALIDATION_IMAGES]
    report = submission.run(
        training_probes.evaluated, draw_images(VALIDATION_IMAGES, 8), labels, ranks
    )
    answer = report["answer"]
    if any(mode is not False for mode in report["modes"]):
        fail("evaluates_in_train_mode")
    if (
        not isinstance(answer, list)
        or len(answer) != 2
        or any(type(v) not in (int, float) for v in answer)
    ):
        fail("no_top1_and_top5")
    for name, claim, right in zip(("top-1", "top-5"), answer, (top1, top5), strict=True):
        if not is_share(claim, right / VALIDATION_IMAGES):
            fail("other_evaluation", which=name)


# ----------------------------------------------------------- what was handed in: history and curves


@pytest.mark.criterion(CURVES_ID)
def test_history_file(submission: Submission, rubric: Rubric, run: Run) -> None:
    """history.json holds five lists of numbers, as long as each other."""
    read_history(HISTORY_FILE, submission.file(HISTORY_FILE))
    judge_work(submission, run, rubric)


@pytest.mark.criterion(CURVES_ID, weight=2)
def test_claims_agree_with_the_model(
    submission: Submission, feedback: Feedback, rubric: Rubric, run: Run
) -> None:
    """The test accuracy in history.json is the one that is measured."""
    found = measured(submission, run, rubric)
    claims = read_claims(HISTORY_FILE, submission.file(HISTORY_FILE))
    figures = {"measured": format_share(found.own_share, run.lang), "n": found.measurement.n}
    note_contradictions(claims, found, feedback, run.lang)
    if claims.test_acc is None:
        fail("no_claim")
    if not found.admits(claims.test_acc, rubric):
        feedback.note("claim_differs", claim=format_share(claims.test_acc, run.lang), **figures)
        fail("claim_differs", claim=format_share(claims.test_acc, run.lang), **figures)


@pytest.mark.criterion(CURVES_ID, weight=2)
def test_picture_of_the_curves(
    submission: Submission, feedback: Feedback, rubric: Rubric, run: Run
) -> None:
    """training_curves.png is a picture of something."""
    judge_chart(CURVES_PICTURE, looked_at(submission, CURVES_PICTURE), feedback)
    judge_work(submission, run, rubric)


# ---------------------------------------------------------------- the confusion matrix


@pytest.mark.criterion(CONFUSION_ID)
def test_confusion_file(submission: Submission, rubric: Rubric, run: Run) -> None:
    """confusion_matrix.csv has 102 × 102 counts, and a row for each true class of the test."""
    matrix = read_matrix(submission.file(MATRIX))
    images = Counter(images_of(run.data).labels)
    expected = [images[k] for k in range(len(matrix))]
    rows, columns = ([sum(line) for line in m] for m in (matrix, transposed(matrix)))
    if rows == expected or rows == own_counts(submission, rubric, run, expected):
        judge_work(submission, run, rubric)
        return
    if columns == expected:
        fail("matrix_transposed")
    fail("matrix_of_other_images", got=sum(rows), expected=sum(expected))


def own_counts(
    submission: Submission, rubric: Rubric, run: Run, counts: list[int]
) -> list[int] | None:
    """Return counts by official class in the model's own order.

    None where its accuracy was not charged for that order.
    """
    try:
        order = measured(submission, run, rubric).order
    except (StudentError, AssertionError):
        return None
    return None if order is None else order.own(counts)


@pytest.mark.criterion(CONFUSION_ID, weight=2)
def test_confusion_agrees_with_the_model(
    submission: Submission, feedback: Feedback, rubric: Rubric, run: Run
) -> None:
    """confusion_matrix.csv counts what the submitted model answers."""
    found = measured(submission, run, rubric)
    matrix = read_matrix(submission.file(MATRIX))
    agreeing = agreement(found, matrix)
    if agreeing < (MIN_AGREEMENT if found.is_whole else MIN_COUNTED_SHARE):
        feedback.note("matrix_differs", share=format_share(agreeing, run.lang, 0))
        fail("matrix_differs", share=format_share(agreeing, run.lang, 0))
    judge_work(submission, run, rubric)
    if found.is_whole or found.order is not None:
        return
    claim, (low, high) = share_of_counts(matrix), found.bounds
    if not low - MAX_CLAIM_ERROR <= claim <= high + MAX_CLAIM_ERROR:
        fail("matrix_other_accuracy", claim=format_share(claim, run.lang))


def agreement(found: Measured, matrix: Matrix) -> float:
    """Return the share of the images asked that the matrix counts in the same cell.

    The matrix may be transposed. Where the model has an order of its own, the matrix may be in it
    or in the official one.
    """
    pairs = [(matrix, found.measurement.confusion)]
    if found.order is not None:
        answered = found.order.answered(found.measurement.confusion)
        pairs += [(matrix, answered), (found.order.official(matrix), answered)]
    return max(
        overlap(turned, counts, part=not found.is_whole)
        for m, counts in pairs
        for turned in (m, transposed(m))
    )


@pytest.mark.criterion(CONFUSION_ID)
def test_picture_of_the_confusion(
    submission: Submission, feedback: Feedback, rubric: Rubric, run: Run
) -> None:
    """confusion_matrix.png is a picture of something, and not the curves again."""
    matrix = looked_at(submission, MATRIX_PICTURE)
    curves = looked_at(submission, CURVES_PICTURE) if submission.has(CURVES_PICTURE) else None
    judge_chart(MATRIX_PICTURE, matrix, feedback)
    if matrix and curves and matrix["digest"] == curves["digest"]:
        fail("same_picture")
    judge_work(submission, run, rubric)


# ----------------------------------------------------------- from scratch against transfer learning


@pytest.mark.criterion(COMPARISON_ID)
def test_comparison(submission: Submission, feedback: Feedback) -> None:
    """The two histories and the report are evidence for the person who decides."""
    evidence: Any = compare(submission, claimed(submission), feedback.lang)
    feedback.propose(evidence.share, evidence.key, **evidence.values)
