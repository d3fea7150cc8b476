"""What several checks expect of a number."""

from __future__ import annotations

from autograder.checks import fail


def expect_number(got: object, expected: float, finding: str, size: int) -> None:
    """Hold a number that a function returned to `expected`; NaN never is."""
    if not isinstance(got, float) or not abs(got - expected) <= 1e-4:
        fail(finding, size=size)
