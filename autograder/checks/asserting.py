"""Ends of a check: comparisons in which NaN fails, and findings worded in `texts.yml`."""

from __future__ import annotations

from fractions import Fraction
from typing import NoReturn

import torch

from autograder.model import Outcome, Text


class Finding(AssertionError):
    """Raised to end a check with a finding that `texts.yml` words, by `fail` and its neighbours."""

    def __init__(
        self,
        key: str,
        values: dict[str, object],
        outcome: Outcome = Outcome.FAILED,
        credit: Fraction | None = None,
    ) -> None:
        super().__init__(
            f"{key}: " + ", ".join(f"{k}={_for_staff(v)!r}" for k, v in values.items())
        )
        self.key = key
        self.values = values
        self.outcome = outcome
        self.credit = credit


def _for_staff(value: object) -> object:
    """Return a value as evidence shows it, which is the same in every language."""
    return value.en if isinstance(value, Text) else value


class Mismatch(AssertionError):
    """Raised where a value is not what a comparison expects.

    The harness's own texts word it, by `key`.
    """

    def __init__(self, key: str, evidence: str, /, **values: object) -> None:
        """Take `values` for the student's sentence, and `evidence` for staff."""
        super().__init__(evidence)
        self.key = key
        self.values = values


def fail(finding: str, /, **values: object) -> NoReturn:
    """Fail the check with the finding of that key in texts.yml, formatted with `values`.

    The values are shown to students: never pass an expected value, or text that student code
    returned.
    """
    raise Finding(finding, values)


def partial(credit: Fraction, finding: str, /, **values: object) -> NoReturn:
    """Fail the check as `fail` does, but let it earn `credit`: a share of its weight.

    The share is from 0 to below 1; ValueError otherwise.
    """
    if not 0 <= credit < 1:
        raise ValueError(f"credit must be from 0 to below 1, got {credit}")
    raise Finding(finding, values, credit=Fraction(credit))


def deny(finding: str, /, **values: object) -> NoReturn:
    """End the check as *denied*: what was handed in asks for more than the sandbox allows.

    `finding` and `values` are those of `fail`.
    """
    raise Finding(finding, values, outcome=Outcome.DENIED)


def ask_a_person(finding: str, /, **values: object) -> NoReturn:
    """Leave the check, and with it its criterion, to a person who marks it.

    `finding` and `values` are those of `fail`. The other checks' points become the proposal.
    """
    raise Finding(finding, values, outcome=Outcome.MANUAL)


def expect_tensor(
    value: object,
    *,
    shape: tuple[int, ...] | None = None,
    dtype: torch.dtype | None = torch.float32,
) -> torch.Tensor:
    """Return `value` if it is a finite tensor of `shape` and `dtype`; else fail the check.

    None for `shape` or `dtype` allows any. A scalar has shape ().
    """
    if not isinstance(value, torch.Tensor):
        is_none = "none" if value is None else "no_tensor"
        raise Mismatch(
            is_none, f"expected a tensor, got {type(value).__name__}", kind=type(value).__name__
        )
    if shape is not None and tuple(value.shape) != tuple(shape):
        raise Mismatch("shape", f"expected shape {tuple(shape)}, got {tuple(value.shape)}")
    if dtype is not None and value.dtype != dtype:
        raise Mismatch("dtype", f"expected {dtype}, got {value.dtype}", kind=value.dtype)
    if not bool(value.isfinite().all()):
        raise Mismatch("not_finite", "the values are not finite")
    return value


def assert_close(
    actual: object, expected: torch.Tensor, *, rtol: float = 1e-4, atol: float = 1e-5
) -> None:
    """Fail the check unless `actual` is a finite tensor with the values of `expected`.

    Close means |actual - expected| <= atol + rtol |expected|, element by element. Type, shape,
    dtype and finiteness are checked before the values; nothing is broadcast. NaN never equals
    anything. Integers and booleans must be equal: they have no rounding.
    """
    tensor = expect_tensor(actual, shape=tuple(expected.shape), dtype=expected.dtype)
    if expected.is_floating_point() or expected.is_complex():
        distance = (tensor - expected).abs()
        within = distance <= atol + rtol * expected.abs()  # so written, NaN is not within
        within &= expected.isfinite()  # or everything would be within rtol of an infinity
    else:
        distance = (tensor.double() - expected.double()).abs()
        within = tensor == expected
    if not bool(within.all()):
        share = 1 - within.float().mean().item()
        raise Mismatch(
            "values", f"{share:.0%} of the values differ, by up to {distance.max().item():.3g}"
        )


def is_close(
    actual: torch.Tensor, expected: torch.Tensor, *, rtol: float = 1e-4, atol: float = 1e-5
) -> bool:
    """Return whether `assert_close` would pass."""
    try:
        assert_close(actual, expected, rtol=rtol, atol=atol)
    except AssertionError:
        return False
    return True
