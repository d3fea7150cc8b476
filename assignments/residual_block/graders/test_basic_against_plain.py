"""Checks of `PlainBlock`, of the two functions that measure, and of what a skip is good for."""

from __future__ import annotations

from typing import Any

import probes
import pytest
import torch
from blocks import ask, draw_case, judge_forward, judge_shapes
from torch import Tensor

from autograder.checks import Submission, expect_tensor, fail, is_close

pytestmark = pytest.mark.criterion("performance.residual_block.basic_block")

# Blocks, of two layers each: beyond the 56 layers of He et al. that train worse than 20.
STACK_DEPTH = 50


def test_plain_block_shape(submission: Submission) -> None:
    """A PlainBlock gives out_channels, and a stride of 2 halves the map."""
    judge_shapes(submission, "PlainBlock", [(3, 5, 1), (3, 5, 2)], projected=False)


@pytest.mark.criterion("performance.residual_block.basic_block", weight=4)
def test_plain_block_forward(submission: Submission) -> None:
    """With the same weights a PlainBlock answers as a right one does: its branch alone."""
    case = draw_case("PlainBlock", (3, 5, 2), projected=False)
    judge_forward(submission, "PlainBlock", {**case, "plain": True})


def test_plain_block_has_no_skip(submission: Submission) -> None:
    """With its branch silent a PlainBlock lets nothing through."""
    x, g = torch.randn(2, 2, 4, 5, 6)
    y, _ = ask(submission, probes.silent, "PlainBlock", (4, 4, 1), x, g)
    if not isinstance(y, Tensor):
        fail("returns_no_tensor")
    if not is_close(y, torch.zeros_like(x)):
        fail(
            "plain_block_skips"
            if is_close(y, x.relu()) or is_close(y, x)
            else "plain_block_not_silent"
        )


@pytest.mark.criterion("performance.residual_block.basic_block", weight=5)
def test_gradient_crosses_many_basic_blocks(submission: Submission) -> None:
    """Through 50 blocks with small weights the gradient reaches the first layer, by the skips."""
    x = torch.randn(1, 2, 4, 4)
    plain, basic = (gradients_below(submission, name, x) for name in ("PlainBlock", "BasicBlock"))
    reach = (x > 0).float().norm()  # a first ReLU stops the rest
    if not (bool(basic[0] > reach / 10) and bool(basic[1] > 0)):
        fail("gradient_vanishes", depth=STACK_DEPTH)
    if not all(bool(p < b / 1000) for p, b in zip(plain, basic, strict=True)):
        fail("gradient_survives", depth=STACK_DEPTH)


def gradients_below(submission: Submission, name: str, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return the norms of the gradients at x and at the first layer, below STACK_DEPTH blocks."""
    channels = x.shape[1]
    at_x, at_layer = ask(submission, probes.deep, name, (channels, channels, 1), STACK_DEPTH, x)
    return expect_tensor(at_x, shape=tuple(x.shape)).norm(), expect_tensor(at_layer).norm()


def number(answer: Any, function: str) -> float:
    """Return the number that a function returned; a tensor with one element counts as one."""
    if isinstance(answer, Tensor) and answer.numel() == 1:
        answer = answer.item()
    if isinstance(answer, bool) or not isinstance(answer, (int, float)):
        fail("no_number", function=function)
    return float(answer)


@pytest.mark.criterion("performance.residual_block.basic_block", weight=2)
def test_gradient_norm(submission: Submission) -> None:
    """`gradient_norm` is the norm of the gradient of the output's sum at the input that it drew."""
    weight = torch.randn(4, 3, 3, 3)
    answer, inputs = submission.run(probes.norm_of_known_block, weight)
    got = number(answer, "gradient_norm")
    if len(inputs) != 1:
        fail("gradient_norm_calls", calls=len(inputs))
    x = expect_tensor(inputs[0]).requires_grad_()
    (gradient,) = torch.autograd.grad((torch.conv2d(x, weight, padding=1) ** 2).sum(), x)
    expected = gradient.norm().item()
    if not (expected > 0 and abs(got - expected) <= 1e-3 * expected):  # written so that NaN fails
        fail("gradient_norm_differs")


@pytest.mark.criterion("performance.residual_block.basic_block", weight=2)
def test_count_parameters(submission: Submission) -> None:
    """`count_parameters` counts what trains: no frozen parameters, no buffers."""
    trainable, frozen = (torch.randint(1, 50, (3,)).tolist() for _ in range(2))
    got = number(submission.run(probes.counted, trainable, frozen), "count_parameters")
    if got == sum(trainable) + sum(frozen):
        fail("counts_frozen")
    if got != sum(trainable):
        fail("count_differs")
