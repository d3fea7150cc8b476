"""The hidden checks of the tiny course."""

from __future__ import annotations

import probes
import pytest
import torch

from autograder.checks import Submission, assert_close, fail


def expect_number(got: object, expected: float, finding: str, size: int) -> None:
    """Hold a number that a function returned to `expected`; NaN never is."""
    if not isinstance(got, float) or not abs(got - expected) <= 1e-4:
        fail(finding, size=size)


@pytest.mark.criterion("code.double")
def test_double(submission: Submission) -> None:
    """Every element is doubled."""
    x = torch.randn(3, 4)  # (B, C)
    assert_close(submission.call("double", x), 2 * x)


@pytest.mark.criterion("code.double")
def test_double_lets_the_gradient_through(submission: Submission) -> None:
    """The gradient of a doubled tensor is two everywhere."""
    x = torch.randn(5)  # (N,)
    assert_close(submission.run(probes.gradient, "double", x), torch.full_like(x, 2.0))


@pytest.mark.criterion("code.total")
def test_total(submission: Submission) -> None:
    """The total is the sum of all elements."""
    x = torch.randn(6)  # (N,)
    expect_number(submission.call("total", x), x.sum().item(), "wrong_total", len(x))


@pytest.mark.criterion("code.mean")
@pytest.mark.requires("code.total")
def test_mean(submission: Submission) -> None:
    """The mean is the total by the number of elements."""
    x = torch.randn(7)  # (N,)
    expect_number(submission.call("mean", x), x.mean().item(), "wrong_mean", len(x))
