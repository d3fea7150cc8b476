"""Checks of `PlainBlock`, of the two functions that measure, and of what a skip is good for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import probes
import pytest
import torch
from blocks import (
    Setting,
    draw,
    is_right,
    judge_shape,
    judge_straight,
    judge_strided,
    once,
    passes,
    program_of,
    settings_of,
    silent_state,
)
from drawings import compare_block
from roles import draw_state, own_names
from torch import Tensor

from autograder.checks import Feedback, Submission, expect_tensor, fail, is_close

BASIC_BLOCK = "performance.residual_block.basic_block"
pytestmark = pytest.mark.criterion(BASIC_BLOCK)

# Blocks, of two layers each: beyond the 56 layers of He et al. that train worse than 20.
STACK_DEPTH = 50
SMALL = 0.1  # times the usual size of weights


@pytest.fixture(autouse=True)
def drawn(submission: Submission, feedback: Feedback) -> None:
    """Draw both blocks beside right ones where a check fails."""
    for name in ("PlainBlock", "BasicBlock"):
        compare_block(submission, feedback, name)


def test_plain_block_shape(submission: Submission) -> None:
    """A PlainBlock gives out_channels, and a stride of 2 halves the map."""
    settings = settings_of(submission, "PlainBlock")
    for setting in (settings.straight, settings.strided):
        judge_shape(submission, "PlainBlock", setting)


@pytest.mark.criterion(BASIC_BLOCK, weight=4)
def test_plain_block_forward(submission: Submission) -> None:
    """With the same weights a PlainBlock answers as a right one does: its branch alone."""
    for judge in (judge_strided, judge_straight):
        once(submission, judge, "PlainBlock")


def test_plain_block_has_no_skip(submission: Submission) -> None:
    """With its branch silent a PlainBlock lets nothing through."""
    once(submission, judge_no_skip, "PlainBlock")


def judge_no_skip(submission: Submission, name: str) -> None:
    """Check that a block with zero parameters answers zero, as one that is right with any does."""
    setting = settings_of(submission, name).straight
    program = program_of(submission, setting)
    if program.recorded and passes(submission, judge_straight, name):
        return
    x, _ = draw(setting)
    y = program(x, parameters=silent_state(program))
    if not is_close(y, torch.zeros_like(x)):
        fail(
            "plain_block_skips"
            if is_close(y, x.relu()) or is_close(y, x)
            else "plain_block_not_silent"
        )


@pytest.mark.criterion(BASIC_BLOCK, weight=5)
def test_gradient_crosses_many_basic_blocks(submission: Submission) -> None:
    """Through 50 blocks with small weights the gradient reaches the first layer, by the skips.

    A right block has this by its definition, so that three in a row are measured.
    """
    plain, basic = (settings_of(submission, name).straight for name in ("PlainBlock", "BasicBlock"))
    plain_is_right = all(
        passes(submission, judge, "PlainBlock") for judge in (judge_no_skip, judge_strided)
    )
    if plain_is_right and is_right(submission, "BasicBlock"):
        at_x, at_layer, reach = gradients_below(submission, basic, 3)
        if not (bool(at_x > 0) and bool(at_layer > 0)):
            fail("gradient_vanishes", depth=STACK_DEPTH)
        return
    plain, basic = replace(plain, train=False), replace(basic, train=False)
    at_x, at_layer, reach = gradients_below(submission, basic, STACK_DEPTH)
    if not (bool(at_x > reach / 10) and bool(at_layer > 0)):
        fail("gradient_vanishes", depth=STACK_DEPTH)
    below_plain = gradients_below(submission, plain, STACK_DEPTH)
    if not (bool(below_plain[0] < at_x / 1000) and bool(below_plain[1] < at_layer / 1000)):
        fail("gradient_survives", depth=STACK_DEPTH)


def gradients_below(
    submission: Submission, setting: Setting, depth: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the norms of the gradients at the input and at the first layer of a stack.

    The third number is how far the gradient reaches at most: a first ReLU stops the rest. Above the
    first block all have the same weights.
    """
    program = program_of(submission, setting)
    x = torch.randn(setting.shape, requires_grad=True)
    first, above = draw_state(program, SMALL), draw_state(program, SMALL)
    name = next((n for n in own_names(program) if first[n].dim() > 1), None)
    if name is None:
        fail("idle_parameters", block=setting.name, count=0, idle=0)
    layer = first[name].requires_grad_()
    y = program(program(x, parameters=first), parameters=above, repeats=depth - 1)
    wanted = torch.autograd.grad(y.sum(), (x, layer), allow_unused=True)
    shapes = (tuple(x.shape), tuple(layer.shape))
    at_x, at_layer = (
        expect_tensor(value, shape=shape) for value, shape in zip(wanted, shapes, strict=True)
    )
    return at_x.norm(), at_layer.norm(), (x > 0).float().norm()


def number(answer: Any, function: str) -> float:
    """Return the number that a function returned; a tensor with one element counts as one."""
    if isinstance(answer, Tensor) and answer.numel() == 1:
        answer = answer.item()
    if isinstance(answer, bool) or not isinstance(answer, (int, float)):
        fail("no_number", function=function)
    return float(answer)


@pytest.mark.gate
@pytest.mark.criterion(BASIC_BLOCK, weight=2)
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


@pytest.mark.gate
@pytest.mark.criterion(BASIC_BLOCK, weight=2)
def test_count_parameters(submission: Submission) -> None:
    """`count_parameters` counts what trains: no frozen parameters, no buffers."""
    trainable, frozen = (torch.randint(1, 50, (3,)).tolist() for _ in range(2))
    got = number(submission.run(probes.counted, trainable, frozen), "count_parameters")
    if got == sum(trainable) + sum(frozen):
        fail("counts_frozen")
    if got != sum(trainable):
        fail("count_differs")
