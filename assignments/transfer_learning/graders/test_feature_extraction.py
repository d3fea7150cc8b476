"""Checks of feature extraction: what freezing leaves alone, and that the classifier learns.

A model is made of a small model with batch norm and dropout in its backbone, and trained once; each
check then looks at one side of what happened. Images are drawn around one pattern per class; those
that measure the loss afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import small_model_probes as probes
import torch
from reference import (
    ModelTensors,
    draw_images,
    draw_state,
    expect_logits,
    judge_own_answers,
    settle,
    transferred,
)
from torch import Tensor

from autograder.checks import CodeRaised, Feedback, Submission, fail

CRITERION_ID = "performance.transfer_learning.feature_extraction"
pytestmark = pytest.mark.criterion(CRITERION_ID)

TRAINED_FAMILY = "ResNet with dropout"
NUM_CLASSES = 102  # that the model tells apart: a head for this number alone costs nothing here
KINDS, SAMPLES, BATCH = 4, 30, 8  # classes that have images; the last batch is smaller
EPOCHS, RATE = 6, 0.01
MAX_LOSS_SHARE = 0.95  # of the loss before that may be left after training, on images never seen
HEAD_WORDS = ("fc", "head", "classifier")  # that classifiers are called, and other layers too
MAX_SHOWN_NAMES = 3  # names of parameters in a message


@dataclass(frozen=True, kw_only=True)
class Answers:
    """A model's logits for fresh images, whose labels the judge keeps."""

    images: Tensor
    labels: Tensor
    logits: Tensor

    @property
    def loss(self) -> float:
        """The judge's own loss of these answers."""
        return float(torch.nn.functional.cross_entropy(self.logits, self.labels))


@dataclass(frozen=True, kw_only=True)
class Training:
    """A student's model before and after train_classifier, and what went on meanwhile."""

    before: ModelTensors
    after: ModelTensors
    report: dict[str, Any]
    state: dict[str, Tensor]  # of the small model
    first: Answers
    last: Answers


def once(submission: Submission, judge: Callable[[Submission], None]) -> None:
    """Let `judge` decide once; whoever asks again gets the same answer."""
    submission.once(judge.__name__, lambda: judge(submission))


def frozen(submission: Submission) -> ModelTensors:
    """Return the tensors of a model with a frozen backbone, before any training."""
    return submission.once(
        "frozen",
        lambda: transferred(
            submission, TRAINED_FAMILY, draw_state(TRAINED_FAMILY), NUM_CLASSES, freeze=True
        ),
    )


def new_parameters(tensors: ModelTensors) -> dict[str, bool]:
    """Return the new parameters, and whether each is trainable.

    Where the backbone is another one, all would be new: that fails.
    """
    lost = tensors.lost()
    if lost == len(tensors.backbone):
        fail("another_backbone", family="ResNet")
    if lost:
        fail("backbone_changed", family="ResNet", lost=lost)
    if not tensors.new():
        fail("no_new_layer", family="ResNet")
    return tensors.new()


def trained(submission: Submission) -> Training:
    """Return the one training of this submission."""
    return submission.once("training", lambda: train(submission))


def train(submission: Submission) -> Training:
    """Train a model made of a small model on a few images.

    The loss on other images is measured before and after.
    """
    patterns = 2 * draw_images(KINDS)
    state = settle(
        TRAINED_FAMILY,
        draw_state(TRAINED_FAMILY),
        patterns.repeat(8, 1, 1, 1) + draw_images(8 * KINDS),
    )
    before = transferred(submission, TRAINED_FAMILY, state, NUM_CLASSES, freeze=True)
    first = answers_to(submission, patterns)
    labels = torch.arange(SAMPLES) % KINDS
    images = patterns[labels] + 0.5 * draw_images(SAMPLES)
    report = submission.run(probes.train, images, labels, EPOCHS, RATE)
    # Before it knows what it will be asked.
    after = ModelTensors(TRAINED_FAMILY, state, submission.run(probes.model_tensors))
    return Training(
        before=before,
        after=after,
        report=report,
        state=state,
        first=first,
        last=answers_to(submission, patterns),
    )


def answers_to(submission: Submission, patterns: Tensor) -> Answers:
    """Return what the model answers to fresh images."""
    labels = torch.randint(KINDS, (64,))
    images = patterns[labels] + 0.5 * draw_images(64)
    logits = expect_logits(submission.run(probes.logits, images), 64, NUM_CLASSES, "ResNet")
    return Answers(images=images, labels=labels, logits=logits)


# --------------------------------------------------------------- what create_transfer_model freezes


def test_the_backbone_is_frozen(submission: Submission) -> None:
    """Finding 1: no parameter of the backbone is trainable."""
    once(submission, judge_resnet)


def judge_resnet(submission: Submission) -> None:
    """Check that the backbone of a ResNet is frozen, though layers in it have names of heads."""
    judge_frozen(frozen(submission), "ResNet")


def judge_frozen(tensors: ModelTensors, family: str) -> None:
    """Check that no parameter of the backbone is trainable; name the cause that fits best."""
    old, unfrozen = tensors.old(), tensors.unfrozen()
    trainable, total = sum(old.values()), len(old)
    values = {"family": family, "trainable": trainable, "total": total}
    if not trainable:
        return
    if trainable == total:
        fail("nothing_frozen", **values)
    if trainable == total - 1:
        fail("one_frozen", **values)
    shown = ", ".join(unfrozen[:MAX_SHOWN_NAMES]) + (
        ", …" if len(unfrozen) > MAX_SHOWN_NAMES else ""
    )
    is_by_name = all(any(word in name for word in HEAD_WORDS) for name in unfrozen)
    fail("frozen_by_names" if is_by_name else "not_frozen", **values, parameters=shown)


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_the_classifier_is_trainable(submission: Submission) -> None:
    """With the backbone frozen, every parameter of the new classifier is trainable."""
    new = new_parameters(frozen(submission))
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
            tensors = transferred(submission, family, draw_state(family), NUM_CLASSES, freeze=True)
        except (CodeRaised, AssertionError):
            continue
        judge_frozen(tensors, family)


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_without_freezing_everything_is_trainable(submission: Submission) -> None:
    """With freeze_backbone=False every parameter is trainable."""
    tensors = transferred(submission, "ResNet", draw_state("ResNet"), NUM_CLASSES, freeze=False)
    frozen = sum(not trainable for trainable, _ in tensors.parameters.values())
    if frozen:
        fail("frozen_without_asking", frozen=frozen)


# --------------------------------------------------------------- what train_classifier leaves alone


def test_no_gradient_reaches_the_backbone(submission: Submission, feedback: Feedback) -> None:
    """Finding 2: training computes no gradient for the backbone.

    Finding 4, that it is in an optimizer, is told to the student.
    """
    report = trained(submission).report
    if report["reached"]:
        fail("gradient_in_backbone", count=len(report["reached"]))
    if report["given"]:
        feedback.tell("frozen_in_optimizer", count=len(report["given"]))


def test_the_backbones_weights_stay(submission: Submission) -> None:
    """Finding 3: training moves no parameter of the backbone."""
    once(submission, judge_weights)


def judge_weights(submission: Submission) -> None:
    """Check that training moves no parameter of the backbone."""
    training = trained(submission)
    before = training.before.old()
    moved = set(before) - set(training.after.old())
    if moved:
        was_frozen = not any(before[name] for name in moved)
        fail(
            "frozen_moved" if was_frozen else "unfrozen_moved", moved=len(moved), total=len(before)
        )


def test_batch_norm_statistics_stay(submission: Submission) -> None:
    """Finding 5: training leaves the backbone's running statistics unchanged, to the bit."""
    once(submission, judge_statistics)


@pytest.mark.criterion(CRITERION_ID, weight=21)
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
    training = trained(submission)
    if not training.last.loss < training.first.loss:
        fail("loss_stays")


def judge_statistics(submission: Submission) -> None:
    """Check that the backbone's running statistics are unchanged by training, to the bit."""
    training = trained(submission)
    after = training.after.buffers
    layers = {
        name.rpartition(".")[0]
        for name, value in training.before.statistics().items()
        if name not in after or not torch.equal(value, after[name])
    }
    if layers:
        fail("statistics_moved", count=len(layers))


# ---------------------------------------------------------------- what it moves


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_the_classifier_moves(submission: Submission) -> None:
    """Training changes every parameter of the new classifier."""
    once(submission, judge_moves)


def judge_moves(submission: Submission) -> None:
    """Check that training changes every parameter of the new classifier."""
    training = trained(submission)
    new = new_parameters(training.before)
    after, before = training.after.parameters, training.before.parameters
    still = sum(name in after and torch.equal(after[name][1], before[name][1]) for name in new)
    if still:
        fail("classifier_still", still=still, total=len(new))


@pytest.mark.criterion(CRITERION_ID, weight=4)
def test_the_loss_falls(submission: Submission) -> None:
    """The loss on fresh images of the same classes, measured with the shown weights, is lower."""
    training = trained(submission)
    if not has_learnt(training):
        fail("loss_stays")
    if not training.after.lost():
        last = training.last
        judge_own_answers(
            training.after,
            TRAINED_FAMILY,
            training.state,
            last.images,
            last.logits,
            "answers_beside",
        )


def has_learnt(training: Training) -> bool:
    """Return whether the loss of fresh images has fallen."""
    return training.last.loss < MAX_LOSS_SHARE * training.first.loss


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_the_losses_are_returned(submission: Submission) -> None:
    """train_classifier returns the losses, one per epoch or one per batch, and they fall."""
    training = trained(submission)
    losses = training.report["losses"]
    if not isinstance(losses, list) or not all(isinstance(loss, float) for loss in losses):
        fail("no_list_of_losses")
    batches = -(-SAMPLES // BATCH)
    if len(losses) not in (EPOCHS, EPOCHS * batches):
        fail("other_number_of_losses", got=len(losses), epochs=EPOCHS, batches=batches)
    if not all(map(math.isfinite, losses)):
        fail("losses_not_finite")
    part = len(losses) // EPOCHS  # the first epoch's and the last one's
    if not sum(losses[-part:]) < sum(losses[:part]):
        fail("losses_do_not_fall" if has_learnt(training) else "nothing_learnt")
