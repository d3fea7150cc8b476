"""The checks of `double`."""

from __future__ import annotations

import probes
import pytest
import torch

from autograder.checks import Feedback, Submission, assert_close

pytestmark = pytest.mark.criterion("code.double")


def test_double(submission: Submission) -> None:
    """Every element is doubled."""
    x = submission.once("an input", lambda: torch.randn(3, 4))  # (B, C)
    assert_close(submission.call("double", x), 2 * x)


def test_double_lets_the_gradient_through(submission: Submission, feedback: Feedback) -> None:
    """The gradient of a doubled tensor is two everywhere."""
    x = torch.randn(5)  # (N,)
    feedback.note("largest", value=x.abs().max().item())
    assert_close(submission.run(probes.gradient, "double", x), torch.full_like(x, 2.0))
