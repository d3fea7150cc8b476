"""Statistics of items: known values, and a reason wherever one is not defined."""

from __future__ import annotations

import math

import pytest

from autograder.class_analysis.items.statistics import discrimination, mean, thirds


def shares(*values: float) -> dict[str, float]:
    """Return values by student, in order."""
    return {f"s{n:02}": value for n, value in enumerate(values)}


def test_the_correlation_is_the_point_biserial_one() -> None:
    """It equals (M1 - M0) / s * sqrt(p q) of the students who pass and who fail."""
    item = shares(1, 1, 1, 0, 0, 1, 0, 1)
    rest = shares(0.9, 0.7, 0.8, 0.2, 0.4, 0.6, 0.5, 0.3)
    passing = [rest[s] for s in item if item[s]]
    failing = [rest[s] for s in item if not item[s]]
    n, everyone = len(rest), list(rest.values())
    center = sum(everyone) / n
    spread = math.sqrt(sum((value - center) ** 2 for value in everyone) / n)
    p = len(passing) / n
    expected = (sum(passing) / len(passing) - sum(failing) / len(failing)) / spread
    assert discrimination(item, rest).value == pytest.approx(expected * math.sqrt(p * (1 - p)))


def test_the_interval_is_fishers() -> None:
    """Its ends are tanh(atanh r -+ 1.96 / sqrt(n - 3))."""
    item = shares(1, 1, 1, 0, 0, 1, 0, 1)
    rest = shares(0.9, 0.7, 0.8, 0.2, 0.4, 0.6, 0.5, 0.3)
    found = discrimination(item, rest)
    assert found.value is not None
    half = 1.959964 / math.sqrt(found.n - 3)
    assert found.low == pytest.approx(math.tanh(math.atanh(found.value) - half), abs=1e-5)
    assert found.high == pytest.approx(math.tanh(math.atanh(found.value) + half), abs=1e-5)


@pytest.mark.parametrize(
    ("item", "rest", "reason"),
    [
        (shares(1, 0), shares(0.5, 0.1), "few"),
        (shares(), shares(), "few"),
        (shares(1, 1, 1), shares(0.1, 0.2, 0.3), "same_item"),
        (shares(1, 0, 1), shares(0.5, 0.5, 0.5), "same_rest"),
        (shares(1, 0, 1), shares(), "no_rest"),
    ],
)
def test_no_correlation_has_a_reason(
    item: dict[str, float], rest: dict[str, float], reason: str
) -> None:
    """Where it is not defined, the value is None and the reason is a word."""
    found = discrimination(item, rest)
    assert (found.value, found.low, found.high, found.reason) == (None, None, None, reason)


def test_a_line_has_no_interval() -> None:
    """Fisher's interval is not defined where the correlation is 1."""
    found = discrimination(shares(0, 0.5, 1, 1), shares(0, 0.5, 1, 1))
    assert (found.value, found.low, found.high, found.reason) == (1.0, None, None, "")


def test_three_students_say_nothing() -> None:
    """The interval of three students is everything."""
    found = discrimination(shares(0, 1, 1), shares(0.1, 0.4, 0.9))
    assert (found.low, found.high) == (-1.0, 1.0)


def test_ties_belong_to_a_third_whole() -> None:
    """Nobody is left out of a third by the alphabet."""
    found = thirds(shares(0, 0, 0, 1, 1, 0), shares(0.1, 0.1, 0.1, 0.5, 0.9, 0.8))
    assert found is not None
    assert sorted(found.lower) == ["s00", "s01", "s02"]
    assert sorted(found.upper) == ["s04", "s05"]
    assert (found.lower_share, found.upper_share, found.upper_wrong) == (0.0, 0.5, 1)


def test_a_class_of_equals_has_no_thirds() -> None:
    """Neither have two students."""
    assert thirds(shares(0, 1, 1), shares(0.5, 0.5, 0.5)) is None
    assert thirds(shares(0, 1), shares(0.1, 0.9)) is None


def test_the_mean_of_nothing_is_none() -> None:
    """Nothing is not zero."""
    assert mean({}) is None
