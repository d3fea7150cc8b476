"""Checks of the head that `create_transfer_model` makes, without freezing.

Each family is a check of its own: a model that serves some of them earns its part.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
import small_model_probes as probes
import torch
from reference import (
    ModelTensors,
    draw_images,
    draw_state,
    enters,
    expect_logits,
    features,
    judge_own_answers,
    same,
    transferred,
)
from torch import Tensor

from autograder.checks import Submission, expect_tensor, fail

CRITERION_ID = "performance.transfer_learning.replace_classifier"
pytestmark = pytest.mark.criterion(CRITERION_ID)

CLASS_COUNTS = (2, 17, 102, 365)  # of classes
UNUSUAL_CLASS_COUNTS = (3, 5, 7, 11, 13, 19)  # that nobody writes as a constant


def judge_family(submission: Submission, family: str) -> None:
    """Check that the new head answers for N classes from the small model's features.

    The backbone must be unchanged.
    """
    state, num_classes = draw_state(family), random.choice(UNUSUAL_CLASS_COUNTS)
    tensors = transferred(submission, family, state, num_classes, freeze=False)
    lost = tensors.lost()
    if lost == len(tensors.backbone):
        fail("another_backbone", family=family)
    if lost:
        fail("backbone_changed", family=family, lost=lost)
    images = draw_images(4)
    flow = submission.run(probes.flow, images)
    if isinstance(flow["logits"], Tensor) and flow["logits"].shape[-1:] == (probes.NUM_CLASSES,):
        judge_old_logits(tensors, flow, family)
    logits = expect_logits(flow["logits"], 4, num_classes, family)
    if flow["features"] is None:
        fail("head_unused" if tensors.new() else "no_new_layer", family=family)
    if flow["stacked"] is not True and not enters(
        flow["features"], features(family, state, images)
    ):
        fail("other_features", family=family)
    judge_own_answers(tensors, family, state, images, logits, "head_beside")


def judge_old_logits(tensors: ModelTensors, flow: Any, family: str) -> None:
    """Explain 1,000 logits: there is no new layer, or the new layer is not used."""
    if not tensors.new():
        fail("old_head", family=family)
    if flow["stacked"] is True and flow["features"] is None:
        fail("head_unused", family=family)


def test_head_of_a_resnet(submission: Submission) -> None:
    """A ResNet keeps its head in `fc`."""
    judge_family(submission, "ResNet")


def test_head_of_a_densenet(submission: Submission) -> None:
    """A DenseNet's `classifier` is a Linear."""
    judge_family(submission, "DenseNet")


def test_head_of_a_vgg(submission: Submission) -> None:
    """A VGG's `classifier` is a Sequential with hidden layers."""
    judge_family(submission, "VGG")


def test_head_of_a_mobilenet_v2(submission: Submission) -> None:
    """A MobileNetV2's `classifier` is a Sequential of a dropout and a Linear."""
    judge_family(submission, "MobileNetV2")


def test_head_of_a_mobilenet_v3(submission: Submission) -> None:
    """A MobileNetV3's `classifier` begins with a Linear that is not the last layer."""
    judge_family(submission, "MobileNetV3")


def test_head_of_an_efficientnet(submission: Submission) -> None:
    """An EfficientNet's `classifier` is a Sequential of a dropout and a Linear."""
    judge_family(submission, "EfficientNet")


def test_head_of_a_vit(submission: Submission) -> None:
    """A ViT keeps its head in `heads.head`."""
    judge_family(submission, "ViT")


def test_head_of_a_swin(submission: Submission) -> None:
    """A Swin keeps its head in `head`, as most models of timm do."""
    judge_family(submission, "Swin")


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_any_number_of_classes(submission: Submission) -> None:
    """The model answers with as many logits as were asked for."""
    for num_classes in CLASS_COUNTS:
        transferred(submission, "ResNet", draw_state("ResNet"), num_classes, freeze=False)
        logits = submission.run(probes.logits, draw_images(2))
        expect_logits(logits, 2, num_classes, "ResNet")


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_the_old_last_layer_is_gone(submission: Submission) -> None:
    """The new layer takes the features, not ImageNet's 1,000 logits; every new layer is used."""
    tensors = transferred(submission, "ResNet", draw_state("ResNet"), 5, freeze=False)
    flow = submission.run(probes.flow, draw_images(2))
    if not tensors.new():
        fail("no_new_layer", family="ResNet")
    if flow["features"] is None:
        fail("head_unused", family="ResNet")
    if flow["stacked"] is not False:
        width = flow["features"].shape[1:] if isinstance(flow["features"], Tensor) else ()
        fail("stacked" if width == (probes.NUM_CLASSES,) else "old_layer_called", family="ResNet")
    if flow["idle"] != 0:
        fail("head_unused", family="ResNet")


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_outputs_are_logits(submission: Submission) -> None:
    """What comes out are logits: no softmax has been applied."""
    transferred(submission, "ResNet", draw_state("ResNet"), 102, freeze=False)
    logits = expect_logits(submission.run(probes.logits, 3 * draw_images(8)), 8, 102, "ResNet")
    sums = logits.sum(dim=1)
    if bool((logits >= 0).all()) and bool(((sums - 1).abs() < 1e-3).all()):
        fail("softmax_inside")


def test_the_new_layer_learns(submission: Submission) -> None:
    """Every new parameter is trainable, and the loss has a gradient there."""
    tensors = transferred(submission, "ResNet", draw_state("ResNet"), 5, freeze=False)
    lessons = submission.run(probes.lessons, draw_images(16), torch.randint(5, (16,)))
    if not tensors.new():
        fail("no_new_layer", family="ResNet")
    still = sum(not trainable for trainable, _ in lessons)
    if still:
        fail("head_not_trainable", frozen=still, total=len(lessons))
    if not all(reached for _, reached in lessons):
        fail("head_without_gradient")


def test_the_new_layer_is_fresh(submission: Submission) -> None:
    """The new layer starts from its own random numbers: no zeros, nothing old, nothing shared."""
    state = draw_state("ResNet")
    made = submission.run(probes.made_twice, "ResNet", state, 5)
    if made is None:
        fail("makes_no_module")
    weights = [w for w in map(expect_tensor, made["values"]) if w.dim() > 1]
    if not weights:
        fail("no_new_layer", family="ResNet")
    if any(float(w.std()) == 0 for w in weights):
        fail("head_not_random")
    if any(same(row, state["fc.weight"]) for w in weights for row in w):
        fail("head_copied")
    if made["shared"] is not False:
        fail("head_shared")
