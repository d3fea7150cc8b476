"""Checks of the model: a pretrained base, a classifier for the flowers, freezing and unfreezing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import architectures
import model_probes
import pytest
import torch
from architectures import Architecture, Shape, is_classifier
from model_fingerprint import (
    NUM_CLASSES,
    ModelFingerprint,
    fingerprint_of,
    flags_of,
    known_base,
    shapes_of,
    small_side,
)
from model_programs import (
    IMAGE_SIDE,
    features_of,
    model_program,
    of_width,
    require_logits,
    require_shape,
)
from torch import Tensor

from autograder.checks import (
    Run,
    Submission,
    ask_a_person,
    expect_tensor,
    fail,
    format_share,
    is_close,
)

BASE_ID = "product.architecture.base_model"
CLASSIFIER_ID = "product.architecture.classifier"
IMAGENET_CLASSES = 1000  # logits of the published classifiers
# Of a ResNet, in the order in which they are thawed.
STAGE_NAMES = ("layer4", "layer3", "layer2", "layer1")
UNFREEZE_COUNTS = [0, 1, 2, 4]
# Of the backbone's tensors; a student may replace the first convolution.
MIN_PRETRAINED_SHARE = 0.95
SUMMATION_TOLERANCE = {"rtol": 1e-3, "atol": 1e-3}  # of other orders of summation


def base_of(submission: Submission, data: Path | None) -> Architecture:
    """Return the architecture of the model; a person decides about an unknown one."""
    return submission.once("base", lambda: find_base(submission, data))


def find_base(submission: Submission, data: Path | None) -> Architecture:
    """Return the network that the model is, or one that it contains with pretrained weights."""
    first = fingerprint_of(submission, pretrained=True)
    found = architectures.recognise(first.shapes)
    if found is not None:
        return found
    for held in architectures.candidates():
        if (
            held.is_part_of(first.shapes)
            and closest_file(held, data, first)[0] >= MIN_PRETRAINED_SHARE
        ):
            return held
    again = submission.run(model_probes.fingerprinted, NUM_CLASSES, True)
    if shapes_of(again) == first.shapes and repeats(again["samples"], first.samples):
        ask_a_person("unknown_base")
    return fail("own_base")


def repeats(again: Any, samples: Tensor) -> bool:
    """Return whether most tensors that are not constant came out equal again: they were loaded."""
    varied = (samples != samples[:, :1]).any(dim=1)
    same = (expect_tensor(again, shape=tuple(samples.shape), dtype=torch.float64) == samples).all(
        dim=1
    )
    return float(same[varied].double().mean()) > 0.5 if bool(varied.any()) else False


def closest_file(
    base: Architecture, data: Path | None, fingerprint: ModelFingerprint
) -> tuple[float, str]:
    """Return the largest share of a file's backbone that a model has, and that weights file."""
    best = (0.0, "")
    for file in architectures.files_of(base.name):
        best = max(
            best, (architectures.carried(file, data, fingerprint.shapes, fingerprint.samples), file)
        )
        if best[0] >= MIN_PRETRAINED_SHARE:
            break
    return best


def file_of(submission: Submission, data: Path | None) -> tuple[float, str]:
    """Return `closest_file` of the model that create_model gives."""
    base = base_of(submission, data)
    fingerprint = fingerprint_of(submission, pretrained=True)
    return submission.once("weights file", lambda: closest_file(base, data, fingerprint))


# ---------------------------------------------------------------- base model


@pytest.mark.criterion(BASE_ID, weight=3)
def test_base_carries_pretrained_weights(submission: Submission, run: Run) -> None:
    """create_model(102, pretrained=True) has the weights served for its architecture."""
    pretrained_file(submission, run)


def pretrained_file(submission: Submission, run: Run) -> str:
    """Return the weights file that the student's model has."""
    share, file = file_of(submission, run.data)
    if share < MIN_PRETRAINED_SHARE:
        key = "partly_pretrained" if share > 1 - MIN_PRETRAINED_SHARE else "not_pretrained"
        fail(key, share=format_share(share, run.lang, 0))
    return file


@pytest.mark.gate
@pytest.mark.criterion(BASE_ID, weight=2)
def test_base_is_what_computes(submission: Submission, run: Run) -> None:
    """For fresh images the model computes its logits from the pretrained network's features."""
    file = pretrained_file(submission, run)
    side = base_of(submission, run.data).image_size
    x = torch.randn(2, 3, side, side)
    expected = architectures.features(file, run.data, x)
    program = model_program(submission, NUM_CLASSES, pretrained=True, side=side)
    width = expected.shape[1]
    traced: Iterable[Any] = features_of(program, x, width)
    if not program.recorded:
        traced = trace_of(submission, x, width, pretrained=True)
    if not any(is_close(got, expected, **SUMMATION_TOLERANCE) for got in traced):
        fail("other_features")


def trace_of(submission: Submission, x: Tensor, width: int, *, pretrained: bool) -> list[Any]:
    """Return what passes between the modules of the student's model in this width."""
    traced = submission.run(model_probes.traced, NUM_CLASSES, pretrained, x, width)
    assert isinstance(traced, list)
    return traced


@pytest.mark.criterion(BASE_ID)
def test_scratch_starts_at_random(submission: Submission) -> None:
    """create_model(102, pretrained=False) is the same network with other weights."""
    first, scratch = (fingerprint_of(submission, pretrained=p) for p in (True, False))
    if scratch.shapes != first.shapes:
        fail("scratch_is_another_network")
    varied = (first.samples != first.samples[:, :1]).any(dim=1)  # constants say nothing
    if bool(((first.samples == scratch.samples).all(dim=1) & varied).any()):
        fail("scratch_is_pretrained")


# ---------------------------------------------------------------- classifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a new model says to two images, and how a loss reaches it."""

    logits: Tensor  # (2, NUM_CLASSES)
    shapes: list[Shape]  # of the parameters
    trainable: list[bool]
    gradients: list[bool]  # whether a loss gives each new parameter a gradient
    new: list[int]  # the parameters of the classifier
    sees: bool  # whether the images matter


def answer_of(submission: Submission) -> Answer:
    """Return what the student's model, without pretrained weights, answers to fresh images."""
    return submission.once("answer to images", lambda: _ask_model(submission))


def _ask_model(submission: Submission) -> Answer:
    fingerprint_of(submission, pretrained=False)  # says what is wrong where there is no model
    base = known_base(submission)
    program = model_program(submission, NUM_CLASSES, pretrained=False)
    require_logits(program, NUM_CLASSES)
    x = torch.randn(2, 3, IMAGE_SIDE, IMAGE_SIDE, requires_grad=True)
    labels = torch.randint(NUM_CLASSES, (2,))
    specs = list(program.parameters.values())
    shapes = [spec.shape for spec in specs]
    new = [i for i, part in enumerate(parts_of(base, shapes)) if not part]
    asked = {specs[i].name: specs[i] for i in new}
    given = {name: value.requires_grad_() for name, value in program.initial(*asked).items()}
    logits = program(x, parameters=given)
    if logits.shape != (2, NUM_CLASSES):
        require_shape(tuple(logits.shape), NUM_CLASSES)
    loss = torch.nn.functional.cross_entropy(logits, labels)
    found = torch.autograd.grad(loss, [x, *given.values()], allow_unused=True)
    reached = [gradient is not None and bool(gradient.abs().sum() > 0) for gradient in found]
    by_name = dict(zip(given, reached[1:], strict=True))
    return Answer(
        logits=logits.detach(),
        shapes=shapes,
        trainable=[spec.trainable for spec in specs],
        gradients=[by_name.get(spec.name, True) for spec in specs],
        new=new,
        sees=reached[0],
    )


@pytest.mark.gate
@pytest.mark.criterion(CLASSIFIER_ID, weight=3)
def test_logits_for_102_classes(submission: Submission) -> None:
    """The model gives 102 logits per image, computed from the image and without softmax."""
    answer = answer_of(submission)
    logits = expect_tensor(answer.logits)
    if bool((logits >= 0).all()) and is_close(logits.sum(dim=1), torch.ones(2), atol=1e-3):
        fail("softmax")
    if not answer.sees:
        fail("images_ignored")


@pytest.mark.criterion(CLASSIFIER_ID)
def test_logits_for_other_classes(submission: Submission) -> None:
    """The number of classes is an argument, not a constant."""
    program = model_program(submission, 7, pretrained=False, side=small_side(submission))
    require_logits(program, 7)
    if not program.recorded:
        side = small_side(submission)
        require_shape(tuple(program(torch.randn(2, 3, side, side)).shape), 7)


@pytest.mark.criterion(CLASSIFIER_ID, weight=2)
def test_classifier_learns(submission: Submission) -> None:
    """The new layers are trainable, and the loss reaches every one of them."""
    answer = answer_of(submission)
    if not answer.new:
        fail("no_new_layer")
    if not all(answer.trainable[i] for i in answer.new):
        fail("classifier_frozen")
    if not all(answer.gradients[i] for i in answer.new):
        fail("classifier_idle")


def parts_of(base: Architecture | None, shapes: list[Shape]) -> list[str]:
    """Return each parameter's part of the base; "" for those of the new classifier.

    Of an architecture that we do not know, the new ones are those of the last layer: a row or a
    value per class.
    """
    if base is not None:
        return base.parts(shapes)
    return [
        "" if shape[:1] == (NUM_CLASSES,) else f"backbone.{i}" for i, shape in enumerate(shapes)
    ]


@pytest.mark.criterion(CLASSIFIER_ID)
def test_classifier_replaces_the_old_one(submission: Submission) -> None:
    """The classifier works on features, not on the 1000 logits of ImageNet."""
    program = model_program(submission, NUM_CLASSES, pretrained=False)
    if program.recorded:
        is_stacked = bool(of_width(program, IMAGENET_CLASSES))
    else:
        x = torch.randn(2, 3, IMAGE_SIDE, IMAGE_SIDE)
        is_stacked = bool(trace_of(submission, x, IMAGENET_CLASSES, pretrained=False))
    if is_stacked:
        fail("stacked_classifier")


@pytest.mark.criterion(CLASSIFIER_ID, weight=2)
def test_freeze_backbone(submission: Submission) -> None:
    """After freeze_backbone only the classifier is trainable."""
    base = known_base(submission)
    answer = freezing_of(submission)
    shapes = shapes_of(answer)
    judge_frozen(base, shapes, flags_of(answer["frozen"], len(shapes)))


def freezing_of(submission: Submission) -> Any:
    """Return what is trainable after freeze_backbone, and after unfreeze_layers."""
    return submission.once(
        "freezing", lambda: submission.run(model_probes.freezing, NUM_CLASSES, UNFREEZE_COUNTS)
    )


def judge_frozen(base: Architecture | None, shapes: list[Shape], trainable: list[bool]) -> None:
    """Check that the backbone is frozen and all that is new is trainable.

    Inner layers of the old classifier may be either.
    """
    parts = parts_of(base, shapes)
    left = sum(
        flag
        for part, flag in zip(parts, trainable, strict=True)
        if part and not is_classifier(part)
    )
    total = sum(1 for part in parts if part and not is_classifier(part))
    if left:
        fail("backbone_trainable", left=left, total=total)
    judge_classifier_trainable(parts, trainable)


def judge_classifier_trainable(parts: list[str], trainable: list[bool]) -> None:
    """Check that every new parameter is trainable."""
    if not all(flag for part, flag in zip(parts, trainable, strict=True) if not part):
        fail("classifier_frozen_too")


@pytest.mark.criterion(CLASSIFIER_ID, weight=2)
def test_unfreeze_layers(submission: Submission) -> None:
    """unfreeze_layers(model, n) makes the last n stages and the classifier trainable."""
    base = known_base(submission)
    answer = freezing_of(submission)
    shapes = shapes_of(answer)
    parts = parts_of(base, shapes)
    thawed = [flags_of(flags, len(shapes)) for flags in answer["thawed"]]
    assert len(thawed) == len(UNFREEZE_COUNTS)
    if base is None or not base.is_resnet:
        judge_growth(parts, thawed)
    for count, flags in zip(UNFREEZE_COUNTS, thawed, strict=True):
        judge_classifier_trainable(parts, flags)
        if base is not None and base.is_resnet:
            judge_stages(parts, flags, count)


def judge_stages(parts: list[str], trainable: list[bool], count: int) -> None:
    """Check that exactly the last `count` stages of a ResNet are trainable."""
    for stage in (*STAGE_NAMES, "stem"):
        flags = [
            f for part, f in zip(parts, trainable, strict=True) if part and stage_of(part) == stage
        ]
        if stage in STAGE_NAMES[:count] and not all(flags):
            fail("stage_not_thawed", count=count, stage=stage)
        if stage not in STAGE_NAMES[:count] and any(flags):
            fail("stage_thawed", count=count, stage=stage)


def stage_of(part: str) -> str:
    """Return the stage of a ResNet's parameter; "" for the classifier's."""
    first = part.split(".")[0]
    if first in STAGE_NAMES:
        return first
    return "" if is_classifier(part) else "stem"


def judge_growth(parts: list[str], thawed: list[list[bool]]) -> None:
    """Check another network: none is trainable for 0, and more for a larger number."""
    backbone = [i for i, part in enumerate(parts) if part and not is_classifier(part)]
    opened = [{i for i in backbone if flags[i]} for flags in thawed]
    if opened[0]:
        fail("thawed_for_zero")
    for count, fewer, more in zip(UNFREEZE_COUNTS[1:], opened, opened[1:], strict=False):
        if not fewer < more:
            fail("thaws_no_more", count=count)
    if min(opened[1]) < backbone[len(backbone) // 2]:
        fail("thaws_from_the_start")
