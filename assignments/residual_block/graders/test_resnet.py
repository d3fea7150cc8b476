"""Checks of `ResNet`, on stand-in blocks: a wrong block of the student's costs nothing here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import network_probes
import pytest
import torch
from reference import (
    STAGE_CHANNELS,
    STEM_CHANNELS,
    draw_network,
    network_output,
    network_plan,
    network_size,
    network_size_without_blocks,
    respond,
)
from torch import Tensor

from autograder.checks import Submission, fail, is_close

pytestmark = pytest.mark.criterion("performance.residual_block.resnet")

MAX_BLOCKS_PER_STAGE = 3  # blocks per stage of a network that is drawn: nobody writes it by heart
SUMMATION_TOLERANCE = {"rtol": 1e-3, "atol": 1e-4}  # of other orders of summation
IMAGE_SIZES = ((40, 56), (224, 224))  # a network that pools by a fixed 7×7 needs the larger one


def judge_assembly(submission: Submission, name: str, depths: dict[str, list[int]]) -> None:
    """Check that every network has the right blocks in order, and the right other parameters."""
    answers = submission.run(network_probes.assembled, name == "Bottleneck", list(depths.values()))
    for (network, layers), answer in zip(depths.items(), answers, strict=True):
        judge_plan(network, answer["plans"], network_plan(name, layers))
        if answer["parameters"] != network_size_without_blocks(name):
            fail("other_network_size", network=network)


def judge_plan(network: str, got: list[Any], expected: list[Any]) -> None:
    """Check that every block is built with the right channels, stride and downsample."""
    if len(got) != len(expected):
        fail("other_number_of_blocks", network=network, got=len(got), expected=len(expected))
    for number, (mine, right) in enumerate(zip(got, expected, strict=True), start=1):
        if mine[:2] != right[:2]:
            fail("other_channels", network=network, number=number)
        if mine[2] not in (right[2], (right[2], right[2])):
            fail("other_stride", network=network, number=number)
        if mine[3] != right[3]:
            fail(
                "downsample_missing" if right[3] else "downsample_needless",
                network=network,
                number=number,
            )


def judge_basic(submission: Submission) -> None:
    """Check that ResNet-18 and ResNet-34 are assembled as published."""
    judge_assembly(submission, "BasicBlock", {"ResNet-18": [2, 2, 2, 2], "ResNet-34": [3, 4, 6, 3]})


def judge_bottlenecks(submission: Submission) -> None:
    """Check that ResNet-50, ResNet-101 and ResNet-152 are assembled as published."""
    depths = {"ResNet-50": [3, 4, 6, 3], "ResNet-101": [3, 4, 23, 3], "ResNet-152": [3, 8, 36, 3]}
    judge_assembly(submission, "Bottleneck", depths)


def once(submission: Submission, judge: Callable[[Submission], None]) -> None:
    """Let `judge` decide once; whoever asks again gets the same answer."""
    submission.once(judge.__name__, lambda: judge(submission))


@pytest.mark.criterion("performance.residual_block.resnet", weight=2)
def test_resnet_of_basic_blocks(submission: Submission) -> None:
    """ResNet-18 and ResNet-34 are assembled as published."""
    once(submission, judge_basic)


@pytest.mark.criterion("performance.residual_block.resnet", weight=2)
def test_resnet_of_bottlenecks(submission: Submission) -> None:
    """ResNet-50, ResNet-101 and ResNet-152 are assembled as published."""
    once(submission, judge_bottlenecks)


def test_resnet_forward(submission: Submission) -> None:
    """With the same weights a ResNet gives the right maps, logits and input gradient."""
    once(submission, judge_forward)


@pytest.mark.criterion("performance.residual_block.resnet", weight=10)
def test_resnet_works(submission: Submission) -> None:
    """The promise of the criterion: the blocks are in place, and so is what they compute."""
    for judge in (judge_basic, judge_bottlenecks, judge_forward):
        once(submission, judge)


def judge_forward(submission: Submission) -> None:
    """Check that a ResNet with the same weights gives the right maps, logits and gradient."""
    layers = (
        torch.randperm(MAX_BLOCKS_PER_STAGE + 1)[:4] % MAX_BLOCKS_PER_STAGE + 1
    ).tolist()  # not all alike
    values = draw_network(layers, num_classes=7)
    g = torch.randn(1, 7)
    for image in IMAGE_SIZES:
        x = torch.randn(1, 3, *image)
        answer = submission.run(network_probes.answered, layers, values, x, g)
        if answer != network_probes.TOO_SMALL:
            break
    misfit = answer.get("misfit") if isinstance(answer, dict) else "all"
    if misfit is not None:
        fail(
            "other_classifier" if misfit == "linears" else "other_network_layers",
            width=STAGE_CHANNELS[-1],
        )
    judge_maps(answer["fed"], layers, image)
    if not isinstance(answer["logits"], Tensor) or answer["logits"].shape != g.shape:
        fail("other_logits")
    logits, gradient = respond(lambda x: network_output(x, layers, values), x, g)
    if not is_close(answer["logits"], logits, **SUMMATION_TOLERANCE) or not is_close(
        answer["gradient"], gradient, **SUMMATION_TOLERANCE
    ):
        fail("other_network_numbers")


def judge_maps(fed: list[tuple[int, ...]], layers: list[int], image: tuple[int, int]) -> None:
    """Check the maps: a quarter of the image first, and smaller from the second stage on."""
    plans = network_plan("BasicBlock", layers)
    if len(fed) != len(plans):
        fail(
            "other_number_of_blocks",
            network=f"ResNet(…, {layers})",
            got=len(fed),
            expected=len(plans),
        )
    for number, (got, plan) in enumerate(zip(fed, plans, strict=True), start=1):
        scale = 4 * plan[0] // STEM_CHANNELS
        expected = (1, plan[0], *(-(-side // scale) for side in image))
        if not got:
            fail("block_not_called", number=number)
        if got != expected:
            fail("other_map", number=number, image=image, expected=expected[2:])


def judge_own(submission: Submission, name: str, layers: list[int]) -> None:
    """Check the number of parameters of a network built from the student's own blocks."""
    if submission.run(network_probes.owned, name, layers) != network_size(name, layers):
        fail("other_network_size", network=f"ResNet({name}, {layers})")


@pytest.mark.criterion("performance.residual_block.resnet", weight=3)
@pytest.mark.requires("performance.residual_block.basic_block")
def test_resnet_of_own_basic_blocks(submission: Submission) -> None:
    """With the student's BasicBlock, ResNet-18 has its 11,689,512 parameters."""
    judge_own(submission, "BasicBlock", [2, 2, 2, 2])


@pytest.mark.criterion("performance.residual_block.resnet", weight=3)
@pytest.mark.requires("performance.residual_block.bottleneck")
def test_resnet_of_own_bottlenecks(submission: Submission) -> None:
    """With the student's Bottleneck, a small ResNet has as many parameters as it should."""
    judge_own(submission, "Bottleneck", [2, 1, 1, 1])
