"""Hidden checks that are full of canaries: CANARYgrader."""

from __future__ import annotations

import probes
import pytest
import torch
from autograder.checks import Submission, assert_close, fail

NUMBER = 31415.92653
WORD = "CANARY word of 31415926535"  # no identifier
NAME = "CANARYname"
EXPECTED = "CANARYexpected"
CRASHED: list[bool] = []  # after the crash, so that the solution, which is run next, meets the bug too


@pytest.mark.criterion("code.double")
def test_double(submission: Submission) -> None:
    """Numbers go in, and a tensor is expected."""
    x = torch.tensor([NUMBER, 31415926.0])  # (N,)
    y = submission.call("double", x, WORD)
    if not isinstance(y, torch.Tensor) or y.shape != x.shape:
        shape = list(y.shape) if isinstance(y, torch.Tensor) else y
        fail("wrong_shape", got=shape if isinstance(shape, (list, int, float)) else "…")
    assert_close(y, 2 * x)


@pytest.mark.criterion("code.double")
def test_double_lets_the_gradient_through(submission: Submission) -> None:
    """The probe and the student's function both see the word."""
    x = torch.tensor([NUMBER])  # (N,)
    assert_close(submission.run(probes.gradient, "double", x, WORD), torch.full_like(x, 2.0))


@pytest.mark.criterion("code.total")
def test_total(submission: Submission) -> None:
    """A word goes in; the comparison is written as pytest rewrites it, with both sides in its message."""
    got = submission.call("total", [NUMBER, 1.0], NAME)
    if got == "crash" or CRASHED:
        CRASHED.clear() if CRASHED else CRASHED.append(True)
        raise KeyError(EXPECTED)  # a bug of ours
    assert got == EXPECTED, f"{got!r} is not {EXPECTED!r}"


@pytest.mark.criterion("code.mean")
def test_mean(submission: Submission) -> None:
    """A number is expected, and how far it is off is told in short."""
    got = submission.call("mean", torch.tensor([NUMBER]), WORD)
    if not isinstance(got, float) or got != NUMBER:
        fail("wrong_mean", size=got if isinstance(got, (int, float)) else 1)


@pytest.mark.criterion("code.mean")
def test_inputs_are_not_foretold(submission: Submission) -> None:
    """What is drawn for a check is not what the worker draws, or it would know the inputs before they come."""
    x = torch.randn(4)  # (N,)
    assert not torch.equal(submission.run(probes.first_draw), x)
