"""Checks of `load_pretrained`: the model has the weights served for the requested architecture."""

from __future__ import annotations

import functools
import importlib
import random
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

import probes
import pytest
import torch
from torch import Tensor, nn

from autograder.checks import (
    Run,
    Submission,
    expect_tensor,
    fail,
    is_close,
    served_model,
    weights_files,
)

CRITERION_ID = "performance.transfer_learning.load_pretrained"
# Every check compares numbers that only the served weights have.
pytestmark = [pytest.mark.criterion(CRITERION_ID), pytest.mark.gate]

OWN_NAMES = {  # what timm calls an architecture of torchvision, where it has another name for it
    "mobilenet_v2": "mobilenetv2_100",
    "mobilenet_v3_small": "mobilenetv3_small_100",
    "vit_b_16": "vit_base_patch16_224",
}
TOO_SLOW_TO_RUN = {"vgg16", "vit_b_16"}  # to run: their weights alone decide
MAX_TENSORS = 4096

# To keep the models is cheap: their tensors are views of shared memory.
reference = functools.cache(served_model)


def files(name: str, asked: Any) -> Iterator[str]:
    """Yield the architecture's weights files: torchvision's default first, then timm's."""
    yield from reversed(weights_files(name))
    prefix = f"timm:{OWN_NAMES.get(name, name)}."
    for file in dict.fromkeys(
        file for file in asked if isinstance(file, str) and file.startswith(prefix)
    ):
        timm: Any = importlib.import_module("timm")  # it is installed, or nobody could ask it
        if timm.is_model_pretrained(file.removeprefix("timm:")):
            yield file


def judge_loaded(submission: Submission, run: Run, name: str, *, default: bool = False) -> None:
    """Check that the model has the weights of one of the files, and answers accordingly."""
    claim = submission.run(probes.load, None if default else name)
    if claim is None:
        fail("loads_no_module", name=name)
    shapes = claim["shapes"]
    expect_shapes(shapes)
    positions = [random.randrange(prod(shape)) for shape in shapes]
    values = expect_tensor(submission.run(probes.values_at, positions), shape=(len(shapes),))
    agreeing: dict[str, int] = {}
    for file in files(name, claim["asked"]):
        model = reference(file, run.data)
        agreeing[file] = common(model, shapes, positions, values)
        if agreeing[file] == len(shapes) == len(probes.held(model)):
            judge_answers(submission, model, name)
            return
    was_asked = any(file in claim["asked"] for file in agreeing)
    say_what_it_is(name, shapes, max(agreeing.values()), was_asked, run.data)


def expect_shapes(shapes: Any) -> None:
    """Check that the reported shapes are a list of shapes, none of them empty."""
    good = isinstance(shapes, list) and 0 < len(shapes) <= MAX_TENSORS
    if not good or not all(
        isinstance(s, tuple) and set(map(type, s)) <= {int} and prod(s) > 0 for s in shapes
    ):
        raise AssertionError("no shapes of tensors")


def common(model: nn.Module, shapes: list[Any], positions: list[int], values: Tensor) -> int:
    """Return how many tensors agree with the model's, each at one position."""
    claims = zip(probes.held(model), shapes, positions, values, strict=False)
    return sum(
        tuple(tensor.shape) == shape
        and is_close(value, probes.at(tensor, position).float(), rtol=1e-6)
        for tensor, shape, position, value in claims
    )


def judge_answers(submission: Submission, model: nn.Module, name: str) -> None:
    """Check that the loaded model answers fresh images as the reference does."""
    if name in TOO_SLOW_TO_RUN:
        return
    images = torch.randn(1, 3, 32, 32)
    got = submission.run(probes.answers, images)
    with torch.no_grad():
        expected = model(images)
    most = float(expected.abs().max())
    if not isinstance(got, Tensor) or not is_close(got, expected, rtol=1e-3, atol=1e-3 * most):
        fail("other_answers", name=name)


def say_what_it_is(
    name: str, shapes: list[Any], agreeing: int, was_asked: bool, data: Path | None
) -> None:
    """Fail with what is known of a model that is not the one that was asked for."""
    default = weights_files(name)[-1]
    expected = [tuple(tensor.shape) for tensor in probes.held(reference(default, data))]
    if agreeing > len(expected) // 2:
        fail("partly_initialised" if shapes == expected else "partly_pretrained", name=name)
    if shapes == expected:
        fail("weights_lost" if was_asked else "not_pretrained", name=name)
    resnet18 = [tuple(t.shape) for t in probes.held(reference(weights_files("resnet18")[-1], data))]
    fail("name_ignored" if shapes == resnet18 else "other_architecture", name=name)


@pytest.mark.criterion(CRITERION_ID, weight=3)
def test_the_default_is_a_pretrained_resnet18(submission: Submission, run: Run) -> None:
    """Without an argument, load_pretrained gives a ResNet-18 with its pretrained weights."""
    judge_loaded(submission, run, "resnet18", default=True)


def test_resnet34_is_pretrained(submission: Submission, run: Run) -> None:
    """ResNet-34 comes with its pretrained weights."""
    judge_loaded(submission, run, "resnet34")


def test_resnet50_is_pretrained(submission: Submission, run: Run) -> None:
    """ResNet-50 comes with its pretrained weights, of either version."""
    judge_loaded(submission, run, "resnet50")


def test_mobilenet_v2_is_pretrained(submission: Submission, run: Run) -> None:
    """MobileNetV2 comes with its pretrained weights, of either version."""
    judge_loaded(submission, run, "mobilenet_v2")


def test_mobilenet_v3_is_pretrained(submission: Submission, run: Run) -> None:
    """MobileNetV3 (small) comes with its pretrained weights."""
    judge_loaded(submission, run, "mobilenet_v3_small")


def test_efficientnet_is_pretrained(submission: Submission, run: Run) -> None:
    """EfficientNet-B0 comes with its pretrained weights."""
    judge_loaded(submission, run, "efficientnet_b0")


def test_vgg_is_pretrained(submission: Submission, run: Run) -> None:
    """VGG-16 comes with its pretrained weights."""
    judge_loaded(submission, run, "vgg16")


def test_vit_is_pretrained(submission: Submission, run: Run) -> None:
    """ViT-B/16 comes with its pretrained weights."""
    judge_loaded(submission, run, "vit_b_16")
