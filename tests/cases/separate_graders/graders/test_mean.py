"""The check of `mean`."""

from __future__ import annotations

import pytest
import torch
from expectations import expect_number

from autograder.checks import Submission


@pytest.mark.criterion("code.mean")
@pytest.mark.requires("code.total")
def test_mean(submission: Submission) -> None:
    """The mean is the total by the number of elements."""
    x = torch.randn(7)  # (N,)
    expect_number(submission.call("mean", x), x.mean().item(), "wrong_mean", len(x))
