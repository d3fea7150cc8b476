"""The graders of the course that pages of documentation are tried on: one check a criterion."""

from __future__ import annotations

import probes
import pytest
import torch

from autograder.checks import Submission, assert_close


@pytest.mark.criterion("performance.residual_block.basic_block")
def test_basic_block_is_identity_when_its_branch_is_silent(submission: Submission) -> None:
    """A basic block whose weights are zero is ReLU."""
    x = torch.randn(1, 3, 6, 6)  # (B, C, H, W)
    assert_close(submission.run(probes.without_branch, "BasicBlock", (3, 3), x), torch.relu(x))


@pytest.mark.criterion("performance.residual_block.bottleneck")
def test_bottleneck_without_branch(submission: Submission) -> None:
    """A bottleneck whose weights are zero is ReLU."""
    x = torch.randn(1, 12, 6, 6)  # (B, C, H, W)
    assert_close(submission.run(probes.without_branch, "Bottleneck", (12, 3), x), torch.relu(x))


@pytest.mark.criterion("performance.residual_block.resnet")
def test_resnet_ends_with_its_classifier(submission: Submission) -> None:
    """The last of four stages has 512 channels; with weights of zero the logits are the bias."""
    bias = torch.randn(5)  # (C,)
    channels, logits = submission.run(probes.only_bias, bias)
    assert channels == 512
    assert_close(logits, bias[None])
