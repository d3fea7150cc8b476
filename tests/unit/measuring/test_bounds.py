"""Bounds of an accuracy: what they promise is held against every possible draw, and against
published values.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest

from autograder.measuring.accuracy.bounds import wilson, without_replacement

LISTS = [(total, n) for total in (1, 2, 9, 24) for n in range(1, total + 1)]


def chance(k: int, right: int, n: int, total: int) -> Fraction:
    """P(k right ones among n drawn of a list where `right` of `total` are)."""
    return Fraction(comb(right, k) * comb(total - right, n - k), comb(total, n))


@pytest.mark.parametrize(
    ("correct", "n", "low", "high"),
    [(855, 1020, 0.8144, 0.8596), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 1, 0.2065, 1.0)],
)
def test_wilson_gives_the_known_bounds(correct: int, n: int, low: float, high: float) -> None:
    """The bounds are those of the textbook's formula at 95 %."""
    assert [float(bound) for bound in wilson(correct, n)] == pytest.approx([low, high], abs=1e-4)


def test_wilson_narrows_with_more_images() -> None:
    """The same share of more images is known better."""
    few, many = wilson(85, 100), wilson(8500, 10_000)
    assert few[0] < many[0] < Fraction(85, 100) < many[1] < few[1]


@pytest.mark.parametrize("error", [0.3, 0.05, 0.001])
@pytest.mark.parametrize(("total", "n"), LISTS)
def test_the_truth_is_rarely_outside(total: int, n: int, error: float) -> None:
    """Whatever the true accuracy, all draws whose bounds exclude it have a probability of `error`
    at most.
    """
    for right in range(total + 1):
        missed = Fraction(0)
        for k in range(max(0, n - (total - right)), min(n, right) + 1):
            low, high = without_replacement(k, n, total, error)
            if not low <= Fraction(right, total) <= high:
                missed += chance(k, right, n, total)
        assert missed <= error


@pytest.mark.parametrize(("total", "n"), LISTS)
def test_the_share_that_was_drawn_is_within(total: int, n: int) -> None:
    """What was drawn never contradicts the bounds by more than the rounding to whole images."""
    for correct in range(n + 1):
        low, high = without_replacement(correct, n, total, 0.05)
        assert low - Fraction(1, total) < Fraction(correct, n) < high + Fraction(1, total)


@pytest.mark.parametrize(
    ("correct", "n", "total"), [(7, 10, 40), (0, 5, 40), (5, 5, 40), (40, 40, 40)]
)
def test_the_images_that_were_drawn_are_certain(correct: int, n: int, total: int) -> None:
    """However small the error, the bounds never exceed what the remaining images leave possible."""
    low, high = without_replacement(correct, n, total, 1e-300)
    assert (low, high) == (Fraction(correct, total), Fraction(total - n + correct, total))


def test_the_whole_list_leaves_no_doubt() -> None:
    """When all images are drawn both bounds are the accuracy."""
    assert without_replacement(5301, 6149, 6149, 0.05) == (Fraction(5301, 6149),) * 2
