"""Checks of feature extraction: what freezing leaves alone, and that the classifier learns.

A model is made of a small model with batch norm and dropout in its backbone, and trained once; each
check then looks at one side of what happened. The training is recorded, and run again by the judge
with another small model, other images and other labels, all drawn afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from reference import draw_state, shown
from training_run import (
    BATCHES,
    EPOCHS,
    FAMILY,
    NUM_CLASSES,
    SAMPLES,
    TrainingRun,
    frozen_model,
    trained,
)
from transfer_model import TransferModel, judge_living, judge_own_answers, transferred

from autograder.checks import CodeRaised, Feedback, Submission, fail

CRITERION_ID = "performance.transfer_learning.feature_extraction"
pytestmark = pytest.mark.criterion(CRITERION_ID)

MAX_LOSS_SHARE = 0.95  # of the loss before that may be left after training, on images never seen
MAX_CLAIM = 3  # times the measured fall that the returned losses may fall
SPARE_CLAIM = 0.1  # of the first loss, beside that
HEAD_WORDS = ("fc", "head", "classifier")  # that classifiers are called, and other layers too
MAX_SHOWN_NAMES = 3  # names of parameters in a message


def once(submission: Submission, judge: Callable[[Submission], None]) -> None:
    """Let `judge` decide once; whoever asks again gets the same answer."""
    submission.once(judge.__name__, lambda: judge(submission))


def new_parameters(model: TransferModel) -> dict[str, bool]:
    """Return the new parameters, and whether each is trainable.

    Where the backbone is another one, all would be new: that fails.
    """
    model.expect_backbone()
    if not model.new():
        fail("no_new_layer", family=shown(model.family))
    return model.new()


# --------------------------------------------------------------- what create_transfer_model freezes


def test_the_backbone_is_frozen(submission: Submission) -> None:
    """Finding 1: no parameter of the backbone is trainable."""
    once(submission, judge_resnet)


def judge_resnet(submission: Submission) -> None:
    """Check that the backbone of a ResNet is frozen, though layers in it have names of heads."""
    judge_frozen(frozen_model(submission))


def judge_frozen(model: TransferModel) -> None:
    """Check that no parameter of the backbone is trainable; name the cause that fits best."""
    old, unfrozen = model.old(), model.unfrozen()
    if not old:
        fail("another_backbone", family=shown(model.family))
    trainable, total = sum(old.values()), len(old)
    values = {"family": shown(model.family), "trainable": trainable, "total": total}
    if not trainable:
        return
    if trainable == total:
        fail("nothing_frozen", **values)
    if trainable == total - 1:
        fail("one_frozen", **values)
    names = ", ".join(unfrozen[:MAX_SHOWN_NAMES])
    more = ", …" if len(unfrozen) > MAX_SHOWN_NAMES else ""
    is_by_name = all(any(word in name for word in HEAD_WORDS) for name in unfrozen)
    fail("frozen_by_names" if is_by_name else "not_frozen", **values, parameters=names + more)


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_the_classifier_is_trainable(submission: Submission) -> None:
    """With the backbone frozen, every parameter of the new classifier is trainable."""
    new = new_parameters(frozen_model(submission))
    still = sum(not trainable for trainable in new.values())
    if still:
        fail("head_frozen", frozen=still, total=len(new))


def test_freezing_goes_by_tensors_and_not_by_names(submission: Submission) -> None:
    """All of the backbone is frozen in an EfficientNet (layers fc1 and fc2) and in a ViT.

    Whether a family works at all belongs to another criterion.
    """
    once(submission, judge_families)


def judge_families(submission: Submission) -> None:
    """Check that all of the backbone is frozen in each of these families that works."""
    for family in ("EfficientNet", "ViT"):
        try:
            model = transferred(submission, family, draw_state(family), NUM_CLASSES, freeze=True)
            model.expect_backbone()
        except (CodeRaised, AssertionError):
            continue
        judge_frozen(model)


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_without_freezing_everything_is_trainable(submission: Submission) -> None:
    """With freeze_backbone=False every parameter is trainable."""
    state = draw_state(FAMILY)
    model = transferred(submission, FAMILY, state, NUM_CLASSES, freeze=False)
    if not model.old():
        fail("another_backbone", family="ResNet")
    frozen = sum(not trainable for trainable in model.parameters.values())
    if frozen:
        fail("frozen_without_asking", frozen=frozen)


# --------------------------------------------------------------- what train_classifier leaves alone


def busy(submission: Submission) -> TrainingRun:
    """Return the training; fail where it did nothing, for then it left everything alone."""
    run = trained(submission)
    if run.is_idle:
        new = new_parameters(run.model)
        fail("classifier_still", still=len(new), total=len(new))
    return run


def test_no_gradient_reaches_the_backbone(submission: Submission, feedback: Feedback) -> None:
    """Finding 2: training computes no gradient for the backbone.

    Finding 4, that it is in an optimizer, is told to the student.
    """
    run = busy(submission)
    computed = run.training.gradients().computed & set(run.model.old())
    reached = {*run.report["reached"], *computed}
    if reached:
        fail("gradient_in_backbone", count=len(reached))
    if run.report["given"]:
        feedback.tell("frozen_in_optimizer", count=len(run.report["given"]))


def test_the_backbones_weights_stay(submission: Submission) -> None:
    """Finding 3: training moves no parameter of the backbone."""
    busy(submission)
    once(submission, judge_weights)


def judge_weights(submission: Submission) -> None:
    """Check that training moves no parameter of the backbone."""
    run = trained(submission)
    old = run.model.old()
    moved = run.moved(old)
    if moved:
        was_frozen = not any(old[name] for name in moved)
        fail("frozen_moved" if was_frozen else "unfrozen_moved", moved=len(moved), total=len(old))


def test_batch_norm_statistics_stay(submission: Submission) -> None:
    """Finding 5: training leaves the backbone's running statistics unchanged, to the bit."""
    busy(submission)
    once(submission, judge_statistics)


@pytest.mark.criterion(CRITERION_ID, weight=24)
def test_only_the_classifier_is_trained(submission: Submission) -> None:
    """The promise of the criterion: the backbone does not change, and the classifier is trained."""
    for judge in (
        judge_resnet,
        judge_families,
        judge_weights,
        judge_statistics,
        judge_moves,
        judge_direction,
    ):
        once(submission, judge)


def judge_direction(submission: Submission) -> None:
    """Check that the loss on fresh images has not grown.

    How much it falls belongs to another check.
    """
    run = trained(submission)
    if not run.last.loss < run.first.loss:
        fail("loss_stays")
    if not run.model.lost():
        judge_living(run.answering, run.task.state, run.values, run.last.images, "answers_beside")


def judge_statistics(submission: Submission) -> None:
    """Check that the backbone's running statistics are unchanged by training, to the bit."""
    run = trained(submission)
    layers = {name.rpartition(".")[0] for name in run.moved(run.model.statistics())}
    if layers:
        fail("statistics_moved", count=len(layers))


# ---------------------------------------------------------------- what it moves


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_the_classifier_moves(submission: Submission) -> None:
    """Training changes every parameter of the new classifier."""
    once(submission, judge_moves)


def judge_moves(submission: Submission) -> None:
    """Check that training changes every parameter of the new classifier, by what it learns.

    A step is as long as the learning rate says; or the way has many steps, each by a gradient.
    """
    run = trained(submission)
    new = new_parameters(run.model)
    moved, training = run.moved(new), run.training
    if training.recorded:
        learnt = training.depends_on("labels")
        moved = [name for name in moved if name in learnt]
    if len(moved) < len(new):
        fail("classifier_still", still=len(new) - len(moved), total=len(new))
    is_derived = not training.recorded or training.gradients().moved.issuperset(new)
    if not (is_derived and run.is_gradual()) and not run.follows_rate(submission):
        fail("moved_at_once")


@pytest.mark.criterion(CRITERION_ID, weight=3)
def test_every_image_is_learnt(submission: Submission) -> None:
    """The classifier learns from every image that the loader gives, not from its first batch."""
    run = trained(submission)
    once(submission, judge_moves)
    if not run.training.recorded:  # its loss on fresh images tells
        if not has_learnt(run):
            fail("loss_stays")
        return
    learnt = run.training.rows_used("images", *new_parameters(run.model))
    if len(learnt) < SAMPLES:
        fail("images_left_out", learnt=len(learnt), total=SAMPLES)


@pytest.mark.criterion(CRITERION_ID, weight=4)
def test_the_loss_falls(submission: Submission) -> None:
    """The loss on fresh images of the same classes, measured with the trained weights, is lower."""
    run = trained(submission)
    if not has_learnt(run):
        fail("loss_stays")
    if not run.model.lost() and not run.moved([*run.model.old(), *run.model.statistics()]):
        last, state = run.last, run.task.state
        judge_own_answers(run.model, state, run.values, last.images, last.logits, "answers_beside")


def has_learnt(run: TrainingRun) -> bool:
    """Return whether the loss of fresh images has fallen."""
    return run.last.loss < MAX_LOSS_SHARE * run.first.loss


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_the_losses_are_returned(submission: Submission) -> None:
    """train_classifier returns the losses, one per epoch or one per batch, and they fall."""
    run = trained(submission)
    losses = run.report["losses"]
    if not isinstance(losses, list) or not all(isinstance(loss, float) for loss in losses):
        fail("no_list_of_losses")
    if len(losses) not in (EPOCHS, EPOCHS * BATCHES):
        fail("other_number_of_losses", got=len(losses), epochs=EPOCHS, batches=BATCHES)
    if not all(map(math.isfinite, losses)):
        fail("losses_not_finite")
    part = len(losses) // EPOCHS  # the first epoch's and the last one's
    first, last = sum(losses[:part]), sum(losses[-part:])
    if not last < first:
        fail("losses_do_not_fall" if has_learnt(run) else "nothing_learnt")
    measured = 1 - run.last.loss / run.first.loss
    if first > 0 and 1 - last / first > MAX_CLAIM * max(measured, 0.0) + SPARE_CLAIM:
        fail("losses_made_up")
