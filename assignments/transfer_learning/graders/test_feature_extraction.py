"""Checks of feature extraction: what freezing leaves alone, one finding each, and that the classifier learns.

A model is made of a twin with batch norm and dropout in its backbone, and trained once; each check then looks at
one side of what happened. Images are drawn around one pattern per class; those that measure the loss afterwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pytest
import torch
import twin_probes as probes
from reference import (
    Holdings,
    draw_images,
    draw_state,
    expect_logits,
    judge_own_answers,
    settle,
    transferred,
)
from torch import Tensor

from autograder.errors import CodeRaised
from autograder.live import LiveSubmission
from autograder.record import Record
from autograder.testing import fail

CRITERION = "performance.transfer_learning.feature_extraction"
pytestmark = pytest.mark.criterion(CRITERION)

FAMILY = "ResNet with dropout"
CLASSES = 102  # that the model tells apart: a head for this number alone costs nothing here
KINDS, SAMPLES, BATCH = 4, 30, 8  # classes that have images; the last batch is smaller
EPOCHS, RATE = 6, 0.01
LEARNT = 0.95  # of the loss before that may be left after training, on images never seen


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

    before: Holdings
    after: Holdings
    report: dict[str, Any]
    state: dict[str, Tensor]  # of the twin
    first: Answers
    last: Answers


def frozen(submission: LiveSubmission) -> Holdings:
    """What a model with a frozen backbone holds, before any training."""
    return submission.once(
        "frozen", lambda: transferred(submission, FAMILY, draw_state(FAMILY), CLASSES, freeze=True)
    )


def new_parameters(holdings: Holdings) -> dict[str, bool]:
    """The new parameters, with whether they are trainable; where the backbone is another one, all would be new."""
    lost = holdings.lost()
    if lost == len(holdings.backbone):
        fail("another_backbone", family="ResNet")
    if lost:
        fail("backbone_changed", family="ResNet", lost=lost)
    if not holdings.new():
        fail("old_head", family="ResNet")
    return holdings.new()


def trained(submission: LiveSubmission) -> Training:
    """The one training of this submission."""
    return submission.once("training", lambda: train(submission))


def train(submission: LiveSubmission) -> Training:
    """Make a model of a twin, train it on a few images, and measure its loss on others before and after."""
    patterns = 2 * draw_images(KINDS)
    state = settle(FAMILY, draw_state(FAMILY), patterns.repeat(8, 1, 1, 1) + draw_images(8 * KINDS))
    before = transferred(submission, FAMILY, state, CLASSES, freeze=True)
    first = answers_to(submission, patterns)
    labels = torch.arange(SAMPLES) % KINDS
    images = patterns[labels] + 0.5 * draw_images(SAMPLES)
    report = submission.run(probes.train, images, labels, EPOCHS, RATE)
    after = Holdings(FAMILY, state, submission.run(probes.holdings))  # before it knows what it will be asked
    return Training(
        before=before,
        after=after,
        report=report,
        state=state,
        first=first,
        last=answers_to(submission, patterns),
    )


def answers_to(submission: LiveSubmission, patterns: Tensor) -> Answers:
    """What the model answers to fresh images."""
    labels = torch.randint(KINDS, (64,))
    images = patterns[labels] + 0.5 * draw_images(64)
    logits = expect_logits(submission.run(probes.logits, images), 64, CLASSES, FAMILY)
    return Answers(images=images, labels=labels, logits=logits)


# ---------------------------------------------------------------- what create_transfer_model freezes


@pytest.mark.criterion(CRITERION, weight=3)
def test_the_backbone_is_frozen(submission: LiveSubmission) -> None:
    """Finding 1: no parameter of the backbone is trainable."""
    old = frozen(submission).old()
    trainable = sum(old.values())
    if trainable:
        fail("not_frozen", trainable=trainable, total=len(old))


def test_the_classifier_is_trainable(submission: LiveSubmission) -> None:
    """With the backbone frozen, every parameter of the new classifier is trainable."""
    if not all(new_parameters(frozen(submission)).values()):
        fail("head_frozen")


def test_freezing_goes_by_tensors_and_not_by_names(submission: LiveSubmission) -> None:
    """In an EfficientNet, whose backbone has layers called fc1 and fc2, and in a ViT, all of it is frozen.

    That a family is served at all is the matter of another criterion.
    """
    for family in ("EfficientNet", "ViT"):
        try:
            holdings = transferred(submission, family, draw_state(family), CLASSES, freeze=True)
        except (CodeRaised, AssertionError):
            continue
        trainable = sum(holdings.old().values())
        if trainable:
            fail("not_frozen_in_family", family=family, trainable=trainable)


def test_without_freezing_everything_is_trainable(submission: LiveSubmission) -> None:
    """With freeze_backbone=False every parameter is trainable."""
    holdings = transferred(submission, "ResNet", draw_state("ResNet"), CLASSES, freeze=False)
    frozen = sum(not trainable for trainable, _ in holdings.parameters.values())
    if frozen:
        fail("frozen_without_asking", frozen=frozen)


# ---------------------------------------------------------------- what train_classifier leaves alone


@pytest.mark.criterion(CRITERION, weight=2)
def test_no_gradient_reaches_the_backbone(submission: LiveSubmission, record: Record) -> None:
    """Finding 2: training computes no gradient for the backbone. Finding 4, its place in an optimizer, is told."""
    report = trained(submission).report
    if report["reached"]:
        fail("gradient_in_backbone", count=len(report["reached"]))
    if report["given"]:
        record.tell("frozen_in_optimizer", count=len(report["given"]))


@pytest.mark.criterion(CRITERION, weight=4)
def test_the_backbones_weights_stay(submission: LiveSubmission) -> None:
    """Finding 3: training moves no parameter of the backbone."""
    training = trained(submission)
    moved = len(training.before.old()) - len(training.after.old())
    if moved:
        fail("backbone_moved", moved=moved, total=len(training.before.old()))


@pytest.mark.criterion(CRITERION, weight=3)
def test_batch_norm_statistics_stay(submission: LiveSubmission) -> None:
    """Finding 5: two epochs and more leave the running statistics of the backbone as they were, to the bit."""
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


def test_the_classifier_moves(submission: LiveSubmission) -> None:
    """Training changes every parameter of the new classifier."""
    training = trained(submission)
    new = new_parameters(training.before)
    after = training.after.parameters
    if any(n in after and torch.equal(after[n][1], training.before.parameters[n][1]) for n in new):
        fail("classifier_still")


@pytest.mark.criterion(CRITERION, weight=2)
def test_the_loss_falls(submission: LiveSubmission) -> None:
    """On fresh images of the same classes the judge measures a lower loss, of the very weights that are shown."""
    training = trained(submission)
    if not training.last.loss < LEARNT * training.first.loss:
        fail("loss_stays")
    if not training.after.lost():
        last = training.last
        judge_own_answers(training.after, FAMILY, training.state, last.images, last.logits, "answers_beside")


def test_the_losses_are_returned(submission: LiveSubmission) -> None:
    """train_classifier returns the losses, one for each epoch or one for each batch, and they fall."""
    losses = trained(submission).report["losses"]
    if not isinstance(losses, list) or not all(isinstance(loss, float) for loss in losses):
        fail("no_list_of_losses")
    batches = -(-SAMPLES // BATCH)
    if len(losses) not in (EPOCHS, EPOCHS * batches):
        fail("other_number_of_losses", got=len(losses), epochs=EPOCHS, batches=batches)
    if not all(map(math.isfinite, losses)):
        fail("losses_not_finite")
    part = len(losses) // EPOCHS  # the first epoch's and the last one's
    if not sum(losses[-part:]) < sum(losses[:part]):
        fail("losses_do_not_fall")
