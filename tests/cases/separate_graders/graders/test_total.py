"""The check of `total`."""

from __future__ import annotations

import pytest
import torch
from expectations import expect_number

from autograder.checks import Feedback, Submission


@pytest.mark.criterion("code.total")
def test_total(submission: Submission, feedback: Feedback) -> None:
    """The total is the sum of all elements, of an input that other checks use, too."""
    x = submission.once("an input", lambda: torch.randn(3, 4))  # (B, C)
    y = torch.randn(6)  # (N,)
    feedback.note("largest", value=max(x.abs().max().item(), y.abs().max().item()))
    expect_number(submission.call("total", x), x.sum().item(), "wrong_total", x.numel())
    expect_number(submission.call("total", y), y.sum().item(), "wrong_total", len(y))
