"""Checks of the head that `create_transfer_model` makes, without freezing.

A model is judged by its program: what it computes for images and values that are drawn after it was
recorded. Each family is a check of its own: a model that serves some of them earns its part.
"""

from __future__ import annotations

import random

import pytest
import small_model_probes as probes
import torch
from reference import (
    COUNT,
    State,
    draw,
    draw_images,
    draw_state,
    enters,
    expect_logits,
    features_and_logits,
    same,
)
from torch import Tensor
from transfer_model import TransferModel, judge_living, judge_own_answers, transferred

from autograder.checks import Submission, fail

CRITERION_ID = "performance.transfer_learning.replace_classifier"
pytestmark = pytest.mark.criterion(CRITERION_ID)

CLASS_COUNTS = (2, 17, 102, 365)  # of classes
NUM_CLASSES = 17  # where one number is enough
UNUSUAL_CLASS_COUNTS = (3, 5, 7, 11, 13, 19)  # that nobody writes as a constant


def judge_family(submission: Submission, family: str) -> None:
    """Check that the new head answers for N classes from the small model's features.

    The backbone must be unchanged. Its values are others when the program answers.
    """
    num_classes = random.choice(UNUSUAL_CLASS_COUNTS)
    model = transferred(submission, family, draw_state(family), num_classes, freeze=False)
    model.expect_backbone()
    state, images = draw_state(family), draw_images(COUNT)
    values = model.values_for(state)
    logits = model.logits(images, values)
    if isinstance(logits, Tensor) and logits.shape[-1:] == (probes.NUM_CLASSES,):
        fail("head_unused" if model.new() else "old_head", family=family)
    logits = expect_logits(logits, COUNT, num_classes, family)
    if not model.new():
        fail("no_new_layer", family=family)
    judge_features(model, state, values, images)
    judge_living(model, state, values, images, "other_features")
    judge_own_answers(model, state, values, images, logits, "head_beside")


def judge_features(model: TransferModel, state: State, values: State, images: Tensor) -> None:
    """Check that the new layers take the features, and nothing else that knows the images.

    A layer that takes ImageNet's logits is left to another check.
    """
    part = model.expect_part()
    if part is None:
        return
    right_features, old_logits = features_and_logits(model.family, state, images)
    expected = [*right_features, *old_logits]
    taken = model.program.entering(part, images, parameters=values)
    right = [enters(x, expected) for x in taken]
    if not all(right):
        fail("head_beside" if any(right) else "other_features", family=model.family)


@pytest.mark.gate
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


def resnet(submission: Submission, num_classes: int = NUM_CLASSES) -> TransferModel:
    """Return the model of a ResNet for so many classes, made once."""
    state = submission.once("state of a ResNet", lambda: draw_state("ResNet"))
    return submission.once(
        f"ResNet for {num_classes} classes",
        lambda: transferred(submission, "ResNet", state, num_classes, freeze=False),
    )


def judge_answering(submission: Submission) -> None:
    """Check that a ResNet's logits come from the values of its new layers, and not from chance."""
    submission.once("answering", lambda: judge_answers_of(resnet(submission)))


def judge_answers_of(model: TransferModel) -> None:
    """Check that other values in the new layers give other logits, and the same the same."""
    images, values = draw_images(COUNT), model.values_for(draw_state(model.family))
    others = {**values, **{name: draw(name, values[name]) for name in model.new()}}
    first, again, other = (model.logits(images, each) for each in (values, values, others))
    if first is None or not torch.equal(first, again) or torch.equal(first, other):
        fail("head_beside" if model.new() else "no_new_layer", family=model.family)


def answers(model: TransferModel, images: Tensor, num_classes: int) -> Tensor:
    """Return the logits of the new layers for images, with drawn values; fail where there are none.

    They come from the new layers, which take what the backbone makes of the images.
    """
    logits = model.logits(images, model.values_for(draw_state(model.family)))
    logits = expect_logits(logits, len(images), num_classes, model.family)
    model.expect_part()
    return logits


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_any_number_of_classes(submission: Submission) -> None:
    """The model answers with as many logits as were asked for."""
    for num_classes in CLASS_COUNTS:
        answers(resnet(submission, num_classes), draw_images(COUNT), num_classes)
    judge_answering(submission)


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_the_old_last_layer_is_gone(submission: Submission) -> None:
    """The new layer takes the features, not ImageNet's 1,000 logits; every new layer is used."""
    model = resnet(submission)
    part = model.expect_part()
    if part is None:
        answers(model, draw_images(COUNT), NUM_CLASSES)
        return
    images, state = draw_images(COUNT), draw_state("ResNet")
    used = model.program.used
    if any(model.small_names.get(name) == "fc.weight" for name in used):
        taken = model.program.entering(part, images, parameters=model.values_for(state))
        _, expected = features_and_logits("ResNet", state, images)
        is_stacked = any(enters(x, expected) for x in taken)
        fail("stacked" if is_stacked else "old_layer_called", family="ResNet")
    if not used.issuperset(model.new()):
        fail("head_unused", family="ResNet")
    judge_answering(submission)


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_outputs_are_logits(submission: Submission) -> None:
    """What comes out are logits: no softmax has been applied."""
    logits = answers(resnet(submission, 102), 3 * draw_images(COUNT), 102)
    sums = logits.sum(dim=1)
    if bool((logits >= 0).all()) and bool(((sums - 1).abs() < 1e-3).all()):
        fail("softmax_inside")
    judge_answering(submission)


def test_the_new_layer_learns(submission: Submission) -> None:
    """Every new parameter is trainable, and the loss has a gradient there."""
    model = resnet(submission)
    new = model.new()
    if not new:
        fail("no_new_layer", family="ResNet")
    still = sum(not trainable for trainable in new.values())
    if still:
        fail("head_not_trainable", frozen=still, total=len(new))
    values = model.values_for(draw_state("ResNet"))
    parameters = [values[name].requires_grad_() for name in new]
    logits = expect_logits(
        model.logits(draw_images(COUNT), values), COUNT, NUM_CLASSES, model.family
    )
    loss = torch.nn.functional.cross_entropy(logits, torch.randint(NUM_CLASSES, (COUNT,)))
    gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
    if not all(g is not None and bool((g != 0).any()) for g in gradients):
        fail("head_without_gradient")


def test_the_new_layer_is_fresh(submission: Submission) -> None:
    """The new layer starts from its own random numbers: no zeros, nothing old, nothing shared."""
    state = draw_state("ResNet")
    example = (COUNT, *probes.IMAGE_SHAPE)
    try:
        pair = submission.program(probes.pair, "ResNet", state, NUM_CLASSES, example=example)
    except AssertionError:
        fail("makes_no_module")
    model = TransferModel("ResNet", state, pair)
    new = [name for name in model.new() if model.values[name].dim() > 1]
    if not new:
        fail("no_new_layer", family="ResNet")
    weights = [model.values[name] for name in new]
    if any(float(w.std()) == 0 for w in weights):
        fail("head_not_random")
    if any(same(row, state["fc.weight"]) for w in weights for row in w):
        fail("head_copied")
    judge_pair(model)


def judge_pair(model: TransferModel) -> None:
    """Check that each of two models answers by new layers of its own."""
    images, values = draw_images(COUNT), model.values_for(draw_state("ResNet"))
    first, second = expect_pair(model.logits(images, values))
    others = {
        name: draw(name, values[name]) for name in model.new() if not name.startswith("second.")
    }
    other_first, other_second = expect_pair(model.logits(images, {**values, **others}))
    if not torch.equal(second, other_second) or torch.equal(first, other_first):
        fail("head_shared")


def expect_pair(logits: Tensor | None) -> tuple[Tensor, Tensor]:
    """Return the logits of either model."""
    both = expect_logits(logits, COUNT, 2 * NUM_CLASSES, "ResNet")
    return both[:, :NUM_CLASSES], both[:, NUM_CLASSES:]
