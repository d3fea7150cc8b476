"""Checks that you can run yourself: shapes, the skip, the size of ResNet-18.

The hidden checks look closer.
"""

from __future__ import annotations

import probes
import pytest
import torch

from autograder.checks import Submission, assert_close, fail

BASIC_ID = "performance.residual_block.basic_block"
BOTTLENECK_ID = "performance.residual_block.bottleneck"
RESNET_ID = "performance.residual_block.resnet"


def expect_shape(
    submission: Submission, name: str, arguments: list[int], expected: list[int]
) -> None:
    """Hold the shape that a block gives for two images of 8×8 to `expected`."""
    if name != "PlainBlock" and not submission.run(probes.takes_downsample, name):
        fail("takes_no_downsample", block=name)
    got = submission.run(probes.shape, name, arguments, [2, arguments[0], 8, 8])
    if got != expected:
        fail("wrong_shape", block=name, arguments=arguments, got=got, expected=expected)


@pytest.mark.criterion(BASIC_ID)
def test_plain_block_shape(submission: Submission) -> None:
    """A PlainBlock with stride 2 halves the map."""
    expect_shape(submission, "PlainBlock", [4, 6, 2], [2, 6, 4, 4])


@pytest.mark.criterion(BASIC_ID)
def test_basic_block_shape(submission: Submission) -> None:
    """A BasicBlock keeps the shape, or halves the map when its stride is 2."""
    expect_shape(submission, "BasicBlock", [4, 4, 1], [2, 4, 8, 8])
    expect_shape(submission, "BasicBlock", [4, 6, 2], [2, 6, 4, 4])


@pytest.mark.criterion(BOTTLENECK_ID)
def test_bottleneck_shape(submission: Submission) -> None:
    """A Bottleneck gives four times out_channels."""
    expect_shape(submission, "Bottleneck", [16, 4, 1], [2, 16, 8, 8])
    expect_shape(submission, "Bottleneck", [8, 4, 2], [2, 16, 4, 4])


@pytest.mark.criterion(BASIC_ID)
def test_basic_block_expansion(submission: Submission) -> None:
    """`BasicBlock.expansion` is 1."""
    assert submission.run(probes.expansion, "BasicBlock") == 1


@pytest.mark.criterion(BOTTLENECK_ID)
def test_bottleneck_expansion(submission: Submission) -> None:
    """`Bottleneck.expansion` is 4."""
    assert submission.run(probes.expansion, "Bottleneck") == 4


@pytest.mark.criterion(BASIC_ID)
def test_basic_block_skip(submission: Submission) -> None:
    """With all its parameters at zero, a BasicBlock is ReLU of its input: only the skip is left."""
    x = torch.randn(2, 4, 5, 5)
    assert_close(submission.run(probes.silent, "BasicBlock", [4, 4], x), x.relu())


@pytest.mark.criterion(BOTTLENECK_ID)
def test_bottleneck_skip(submission: Submission) -> None:
    """With all its parameters at zero, a Bottleneck is ReLU of its input: only the skip is left."""
    x = torch.randn(2, 16, 5, 5)
    assert_close(submission.run(probes.silent, "Bottleneck", [16, 4], x), x.relu())


@pytest.mark.criterion(BASIC_ID)
def test_both_functions_return_numbers(submission: Submission) -> None:
    """`count_parameters` and `gradient_norm` are there and return numbers."""
    for function in ("count_parameters", "gradient_norm"):
        if not isinstance(submission.run(probes.measured, function), (int, float)):
            fail("no_number", function=function)


@pytest.mark.criterion(RESNET_ID)
def test_resnet18_parameters(submission: Submission) -> None:
    """ResNet(BasicBlock, [2, 2, 2, 2]) has 11,689,512 parameters besides convolution biases."""
    got, biases = submission.run(probes.parameters, [2, 2, 2, 2])
    if got != 11_689_512:
        fail("wrong_size", got=f"{got:,}", biases=f"{biases:,}")


@pytest.mark.criterion(RESNET_ID)
def test_resnet_output(submission: Submission) -> None:
    """A small network gives `num_classes` values per image."""
    got = submission.run(probes.logits, [1, 1, 1, 1], 7)
    if got != [2, 7]:
        fail("wrong_logits", got=got)
