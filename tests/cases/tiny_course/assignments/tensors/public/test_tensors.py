"""The checks that students receive: of doubling and of the total, none of the mean."""

from __future__ import annotations

import pytest
import torch

from autograder.checks import Submission, assert_close


@pytest.mark.criterion("code.double")
def test_double(submission: Submission) -> None:
    """Every element is doubled."""
    x = torch.ones(2, 2)  # (B, C)
    assert_close(submission.call("double", x), 2 * x)


@pytest.mark.criterion("code.total")
def test_total(submission: Submission) -> None:
    """Four ones give four."""
    assert submission.call("total", torch.ones(4)) == 4
