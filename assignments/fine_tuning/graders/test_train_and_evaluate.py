"""Checks of the training loop: what it does with modes, gradients and loaders; whether its figures are true."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import training_probes
from records import (
    BATCH,
    EPOCHS,
    LONG,
    Books,
    Course,
    Measured,
    draw_books,
    draw_course,
    expect_figures,
    expect_own_answers,
    held_to_shapes,
    measure,
    name_the_mistake,
    same,
    tells_of,
)
from reference import GROUPS, group_of

from autograder.live import LiveSubmission
from autograder.testing import fail

CRITERION = "performance.fine_tuning.train_and_evaluate"
pytestmark = pytest.mark.criterion(CRITERION)

LESS = 0.9  # times the loss before: batch norms that drift without any learning move it by a few per cent
LESS_TOLD = 0.95  # times the first epoch's loss, for that epoch has learnt something already


def keep_books(submission: LiveSubmission) -> tuple[Books, Any]:
    """What was asked of the network that keeps books, and what it reports; the training runs once."""

    def make() -> tuple[Books, Any]:
        books = draw_books()
        return books, submission.run(training_probes.booked, books.gains, books.train, books.val, BATCH, EPOCHS)

    return submission.once("books", make)


def train(submission: LiveSubmission) -> tuple[Course, Any]:
    """What was given to a real training, and what it left; the training runs once."""

    def make() -> tuple[Course, Any]:
        course = draw_course()
        seed = int(torch.randint(1 << 30, ()))
        arguments = (course.state, course.frozen, (course.train, course.val), BATCH, LONG, seed)
        report = submission.run(training_probes.trained, *arguments)
        images = torch.randn(8, 3, 8, 8)  # drawn when the state is told already
        return course, {**report, "images": images, "answers": submission.run(training_probes.answers, images)}

    return submission.once("training", make)


# ---------------------------------------------------------------- the history


def test_history_has_a_figure_per_epoch(submission: LiveSubmission) -> None:
    """The history has its four lists, with one number per epoch; without `epochs` there is one."""
    books, report = keep_books(submission)
    expect_figures(report, EPOCHS)
    answer = submission.run(training_probes.booked, books.gains, books.train, books.val, BATCH, None)
    expect_figures(answer, 1)


def judge_figures(submission: LiveSubmission, key: str) -> None:
    """Every epoch's figure is that of all its samples, each counted once."""
    books, report = keep_books(submission)
    expect_figures(report, EPOCHS, key)
    figures = report["figures"][key]
    for epoch, got in enumerate(figures):
        if not any(same(key, got, right) for right in books.right(key, epoch)):
            fail(name_the_mistake(books, key, figures), figure=key, epoch=epoch + 1, got=f"{got:.4g}")


def test_train_loss_is_a_mean_over_images(submission: LiveSubmission) -> None:
    """`train_loss` is the mean cross-entropy of the training images."""
    judge_figures(submission, "train_loss")


def test_train_accuracy_is_a_share_of_images(submission: LiveSubmission) -> None:
    """`train_acc` is the share of the training images that are right."""
    judge_figures(submission, "train_acc")


def test_validation_loss_is_a_mean_over_images(submission: LiveSubmission) -> None:
    """`val_loss` is the mean cross-entropy of the validation images."""
    judge_figures(submission, "val_loss")


def test_validation_accuracy_is_a_share_of_images(submission: LiveSubmission) -> None:
    """`val_acc` is the share of the validation images that are right."""
    judge_figures(submission, "val_acc")


# ---------------------------------------------------------------- modes, gradients, loaders


def test_every_epoch_trains_on_every_image(submission: LiveSubmission) -> None:
    """Each epoch takes every training image once through a backward pass, with the network in train mode."""
    books, report = keep_books(submission)
    batches = -(-len(books.train[1]) // BATCH)
    backwards = [(training, ids) for training, ids in report["backwards"] if not books.is_validation(ids)]
    for position, (training, _) in enumerate(backwards):
        if not training:
            fail("trains_in_eval_mode", epoch=position // batches + 1)
    seen = sorted(i for _, ids in backwards for i in ids)
    if seen != sorted(list(range(len(books.train[1]))) * EPOCHS):
        fail("images_left_out", images=len(books.train[1]), epochs=EPOCHS, got=len(seen))


def test_validation_runs_in_eval_mode(submission: LiveSubmission) -> None:
    """Validation images pass through the network in eval mode."""
    for training, _ in validation_passes(submission):
        if training:
            fail("validates_in_train_mode")


def test_validation_builds_no_graph(submission: LiveSubmission) -> None:
    """Validation images pass through the network without gradients being recorded."""
    for _, gradients in validation_passes(submission):
        if gradients:
            fail("validates_with_gradients")


def validation_passes(submission: LiveSubmission) -> list[tuple[bool, bool]]:
    """Mode and gradients of each pass of validation images; there must be some."""
    books, report = keep_books(submission)
    passes = [(training, gradients) for training, gradients, ids in report["passes"] if books.is_validation(ids)]
    if not passes:
        fail("never_validates")
    return passes


@pytest.mark.criterion(CRITERION, weight=2)
def test_validation_images_are_never_trained_on(submission: LiveSubmission) -> None:
    """Validation images are looked at, and none of them goes through a backward pass."""
    books, report = keep_books(submission)
    if any(books.is_validation(ids) for _, ids in report["backwards"]):
        fail("trains_on_validation")
    if not any(books.is_validation(ids) for _, _, ids in report["passes"]):
        fail("never_validates")


def test_validation_leaves_the_network_alone(submission: LiveSubmission) -> None:
    """Weights and batch-norm statistics are the same after a validation as before."""
    _, report = train(submission)
    if not report["changed"]:
        fail("never_validates")
    for changed in report["changed"]:
        if any("running" in name or "tracked" in name for name in changed):
            fail("validation_moves_statistics")
        if changed:
            fail("validation_moves_weights")


# ---------------------------------------------------------------- a real training


@pytest.mark.criterion(CRITERION, weight=4)
def test_training_lowers_the_loss(submission: LiveSubmission) -> None:
    """The loss on the training images falls by a tenth at least, as measured again, and in the history too."""
    course, report = train(submission)
    expect_own_answers(report)
    before, _ = measure(course.state, course.train)
    after, _ = measure(held_to_shapes(report["state"]), course.train)
    if not after.mean() < LESS * before.mean():
        fail("learns_nothing")
    expect_figures(report, LONG, "train_loss")
    losses = report["figures"]["train_loss"]
    if not losses[-1] < LESS_TOLD * losses[0]:
        fail("loss_does_not_fall")


@pytest.mark.criterion(CRITERION, weight=3)
def test_last_figures_are_those_of_the_network_left(submission: LiveSubmission) -> None:
    """Measured again, the network that is left has the validation figures of the last epoch, or the best."""
    course, report = train(submission)
    for key in ("val_loss", "val_acc"):
        expect_figures(report, LONG, key)
    losses, accuracies = (report["figures"][key] for key in ("val_loss", "val_acc"))

    def tells(epoch: int, measured: Measured) -> bool:
        loss, right = measured
        return tells_of("val_loss", losses[epoch], loss) and tells_of("val_acc", accuracies[epoch], right)

    left = measure(held_to_shapes(report["state"]), course.val)
    if not any(tells(e, left) for e in (-1, losses.index(min(losses)), accuracies.index(max(accuracies)))):
        fail("other_network", loss=f"{losses[-1]:.4g}", accuracy=f"{accuracies[-1]:.4g}")
    shown = [measure(held_to_shapes(state), course.val) for state in report["states"]]
    for epoch in range(LONG):  # one epoch's figures may agree by chance
        if not any(tells(epoch, measured) for measured in shown):
            fail("other_network_then", epoch=epoch + 1, loss=f"{losses[epoch]:.4g}")


@pytest.mark.criterion(CRITERION, weight=2)
def test_what_is_not_frozen_is_trained(submission: LiveSubmission) -> None:
    """Training moves every group that is not frozen, and nothing that is."""
    course, report = train(submission)
    state = held_to_shapes(report["state"])
    moved = {name for name in course.parameters if not torch.equal(state[name], course.state[name])}
    if moved & set(course.frozen):
        fail("moves_frozen", parameters=", ".join(sorted(moved & set(course.frozen))[:3]))
    trainable = {group_of(name) for name in course.parameters if name not in course.frozen}
    still = trainable - {group_of(name) for name in moved}
    if still:
        fail("leaves_groups_still", groups=", ".join(group for group in GROUPS if group in still))


def test_gradients_start_anew_for_each_batch(submission: LiveSubmission) -> None:
    """No gradient of one batch is left when the next one's is computed."""
    _, report = train(submission)
    if not report["stale"]:
        fail("no_backward")
    if any(report["stale"]):
        fail("gradients_pile_up", count=sum(report["stale"]), total=len(report["stale"]))
