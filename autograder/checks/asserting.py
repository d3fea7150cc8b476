"""What graders import: comparisons in which NaN fails, ends of a check with words of their own,
served weights.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

import torch

from autograder.model import Outcome, Text
from autograder.sandbox import weights


class Finding(AssertionError):
    """Raised to end a check with a finding that its `texts.yml` words; see `fail` and its
    neighbours.
    """

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
    """A value as evidence shows it, which is the same in every language."""
    return value.en if isinstance(value, Text) else value


class Mismatch(AssertionError):
    """Raised where what came back is not what a comparison expects; texts.yml of the harness has
    its words.
    """

    def __init__(self, key: str, evidence: str, /, **values: object) -> None:
        """`values` are shown to students, `evidence` to staff."""
        super().__init__(evidence)
        self.key = key
        self.values = values


def fail(finding: str, /, **values: object) -> NoReturn:
    """Fail the check with the finding of that key in texts.yml, formatted with `values`.

    The values are shown to students: never pass text that a student's code returned, or an expected
    value.
    """
    raise Finding(finding, values)


def partial(credit: Fraction, finding: str, /, **values: object) -> NoReturn:
    """Fail the check as `fail` does, but let it earn `credit` of its weight, from 0 to below 1."""
    if not 0 <= credit < 1:
        raise ValueError(f"credit must be from 0 to below 1, got {credit}")
    raise Finding(finding, values, credit=Fraction(credit))


def deny(finding: str, /, **values: object) -> NoReturn:
    """End the check as `denied`: what was handed in wants more than the sandbox allows."""
    raise Finding(finding, values, outcome=Outcome.DENIED)


def ask_a_person(finding: str, /, **values: object) -> NoReturn:
    """Leave the check, and with it its criterion, to a person."""
    raise Finding(finding, values, outcome=Outcome.MANUAL)


def expect_tensor(
    value: Any, *, shape: tuple[int, ...] | None = None, dtype: torch.dtype | None = torch.float32
) -> torch.Tensor:
    """`value`, if it is a finite tensor of `shape` and `dtype` (None: any); else the check fails."""
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
    actual: Any, expected: torch.Tensor, *, rtol: float = 1e-4, atol: float = 1e-5
) -> None:
    """Fail unless `actual` is a finite tensor like `expected`: |actual - expected| <= atol + rtol
    |expected|.

    Type, shape, dtype and finiteness are held before the values; NaN never equals anything. Whole
    numbers and booleans must be equal: they have no rounding to forgive.
    """
    expect_tensor(actual, shape=tuple(expected.shape), dtype=expected.dtype)
    if expected.is_floating_point() or expected.is_complex():
        distance = (actual - expected).abs()
        within = distance <= atol + rtol * expected.abs()  # written so that NaN is not within
        within &= expected.isfinite()  # or everything would be within rtol of an infinity
    else:
        distance = (actual.double() - expected.double()).abs()
        within = actual == expected
    if not bool(within.all()):
        share = 1 - within.float().mean().item()
        raise Mismatch(
            "values", f"{share:.0%} of the values differ, by up to {distance.max().item():.3g}"
        )


def is_close(
    actual: torch.Tensor, expected: torch.Tensor, *, rtol: float = 1e-4, atol: float = 1e-5
) -> bool:
    """Whether `assert_close` would pass."""
    try:
        assert_close(actual, expected, rtol=rtol, atol=atol)
    except AssertionError:
        return False
    return True


def serving(data: Path | None = None, packages: Iterable[str] = ()) -> None:
    """Serve pretrained weights in this very process, as the sandbox does, after importing
    `packages`.
    """
    weights.serve(_folder(data), packages)


def served(file: str, data: Path | None = None) -> torch.nn.Module:
    """The model that a weights file belongs to, with the values that the sandbox serves for it, in
    eval mode.

    `file` is torchvision's file name (see `served_files`), or `timm:` and the name of a model of
    timm. The values are those of `data`/weights where that holds the file, else the canary's.
    ValueError for an unknown file.
    """
    if not file.startswith("timm:") and file not in weights.torchvision_files():
        raise ValueError(f"{file}: no weights file of torchvision")
    model = weights.build(file)
    model.load_state_dict(weights.state_of(file, _folder(data)), assign=True)
    return model.eval()


def served_files(name: str) -> list[str]:
    """The weights files of torchvision's model `name`, its default one last."""
    return weights.files_of(name)


@functools.cache
def _folder(data: Path | None) -> dict[str, weights.State]:
    return {} if data is None else weights.map_folder(str(data / "weights"))
