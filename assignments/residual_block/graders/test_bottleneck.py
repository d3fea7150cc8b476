"""Checks of `Bottleneck`: its widths, its shortcut, its numbers."""

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
    judge_widths,
    once,
    settings_of,
)
from drawings import compare_block

from autograder.checks import Feedback, Submission

pytestmark = pytest.mark.criterion("performance.residual_block.bottleneck")


@pytest.fixture(autouse=True)
def drawn(submission: Submission, feedback: Feedback) -> None:
    """Draw the Bottleneck beside a right one where a check fails."""
    compare_block(submission, feedback, "Bottleneck")


def test_bottleneck_shape_without_downsample(submission: Submission) -> None:
    """Without a downsample a Bottleneck keeps the shape of its input."""
    judge_shape(submission, "Bottleneck", settings_of(submission, "Bottleneck").straight)


def test_bottleneck_shape_with_downsample(submission: Submission) -> None:
    """With a downsample a Bottleneck gives four times out_channels; stride 2 halves the map."""
    settings = settings_of(submission, "Bottleneck")
    for setting in (settings.widened, settings.strided):
        judge_shape(submission, "Bottleneck", setting)


def test_bottleneck_expansion(submission: Submission) -> None:
    """`Bottleneck.expansion` is 4."""
    judge_expansion(submission, "Bottleneck")


@pytest.mark.gate
@pytest.mark.criterion("performance.residual_block.bottleneck", weight=2)
def test_bottleneck_narrows_and_widens(submission: Submission) -> None:
    """A Bottleneck computes at out_channels and widens only in its last 1×1 convolution."""
    once(submission, judge_widths, "Bottleneck")


def test_bottleneck_is_identity_when_its_branch_is_silent(submission: Submission) -> None:
    """With its branch silent a Bottleneck is ReLU of its input, and the gradient still flows."""
    once(submission, judge_silent, "Bottleneck")


def test_bottleneck_adds_its_downsample(submission: Submission) -> None:
    """A Bottleneck calls its downsample once, on its own input, and adds the result."""
    once(submission, judge_downsample, "Bottleneck")


def test_bottleneck_forward(submission: Submission) -> None:
    """With the same weights a Bottleneck answers as a right one does, at stride 1."""
    once(submission, judge_straight, "Bottleneck")


def test_bottleneck_forward_with_stride(submission: Submission) -> None:
    """With the same weights a Bottleneck answers as a right one does, at stride 2."""
    once(submission, judge_strided, "Bottleneck")


def test_bottleneck_parameters(submission: Submission) -> None:
    """A Bottleneck has the parameters of its three convolutions and norms, and no others."""
    judge_parameters(submission, "Bottleneck")


def test_bottleneck_learns_everywhere(submission: Submission) -> None:
    """Every parameter of a Bottleneck gets a gradient."""
    judge_learning(submission, "Bottleneck")


def test_bottleneck_repeats_itself_in_eval(submission: Submission) -> None:
    """In eval mode a Bottleneck answers the same again, whatever the batch."""
    judge_repeats(submission, "Bottleneck")


def test_bottleneck_state_dict(submission: Submission) -> None:
    """A Bottleneck restored from its state dict answers as before."""
    judge_state(submission, "Bottleneck")


@pytest.mark.criterion("performance.residual_block.bottleneck", weight=20)
def test_bottleneck_is_right_where_it_narrows_and_widens(submission: Submission) -> None:
    """The promise of the criterion: its dimensions are right, and what it computes with them."""
    once(submission, judge_widths, "Bottleneck")
    judge_promise(submission, "Bottleneck")
