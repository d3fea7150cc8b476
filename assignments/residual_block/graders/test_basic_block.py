"""Checks of `BasicBlock`: its shapes, its shortcut, its numbers."""

from __future__ import annotations

import pytest
from blocks import (
    judge_downsample,
    judge_expansion,
    judge_learning,
    judge_parameters,
    judge_promise,
    judge_repeats,
    judge_shape,
    judge_silent,
    judge_state,
    judge_straight,
    judge_strided,
    once,
    settings_of,
)
from drawings import compare_block

from autograder.checks import Feedback, Submission

pytestmark = pytest.mark.criterion("performance.residual_block.basic_block")


@pytest.fixture(autouse=True)
def drawn(submission: Submission, feedback: Feedback) -> None:
    """Draw the BasicBlock beside a right one where a check fails."""
    compare_block(submission, feedback, "BasicBlock")


def test_basic_block_shape_without_downsample(submission: Submission) -> None:
    """Without a downsample a BasicBlock keeps the shape of its input."""
    judge_shape(submission, "BasicBlock", settings_of(submission, "BasicBlock").straight)


def test_basic_block_shape_with_downsample(submission: Submission) -> None:
    """With a downsample a BasicBlock gives out_channels, and a stride of 2 halves the map."""
    settings = settings_of(submission, "BasicBlock")
    for setting in (settings.widened, settings.strided):
        judge_shape(submission, "BasicBlock", setting)


@pytest.mark.criterion("performance.residual_block.basic_block", weight=2)
def test_basic_block_expansion(submission: Submission) -> None:
    """`BasicBlock.expansion` is 1."""
    judge_expansion(submission, "BasicBlock")


def test_basic_block_is_identity_when_its_branch_is_silent(submission: Submission) -> None:
    """With its branch silent a BasicBlock is ReLU of its input, and the gradient still flows."""
    once(submission, judge_silent, "BasicBlock")


def test_basic_block_adds_its_downsample(submission: Submission) -> None:
    """A BasicBlock calls its downsample once, on its own input, and adds the result."""
    once(submission, judge_downsample, "BasicBlock")


def test_basic_block_forward(submission: Submission) -> None:
    """With the same weights a BasicBlock answers as a right one does, at stride 1."""
    once(submission, judge_straight, "BasicBlock")


def test_basic_block_forward_with_stride(submission: Submission) -> None:
    """With the same weights a BasicBlock answers as a right one does, at stride 2."""
    once(submission, judge_strided, "BasicBlock")


def test_basic_block_parameters(submission: Submission) -> None:
    """A BasicBlock has the parameters of its two convolutions and norms, and no others."""
    judge_parameters(submission, "BasicBlock")


def test_basic_block_learns_everywhere(submission: Submission) -> None:
    """Every parameter of a BasicBlock gets a gradient."""
    judge_learning(submission, "BasicBlock")


def test_basic_block_repeats_itself_in_eval(submission: Submission) -> None:
    """In eval mode a BasicBlock answers the same again, whatever the batch."""
    judge_repeats(submission, "BasicBlock")


def test_basic_block_state_dict(submission: Submission) -> None:
    """A BasicBlock restored from its state dict answers as before."""
    judge_state(submission, "BasicBlock")


@pytest.mark.criterion("performance.residual_block.basic_block", weight=23)
def test_basic_block_is_right_with_and_without_downsample(submission: Submission) -> None:
    """The promise of the criterion: what the block adds and computes is right in either case."""
    judge_promise(submission, "BasicBlock")
