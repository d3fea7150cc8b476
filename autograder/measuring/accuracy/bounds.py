"""Bounds of an accuracy: Wilson's interval, and exact ones for images drawn from a list."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

# Wilson's bounds are rounded outwards to a millionth, so that every machine gives the same ones.
STEPS_PER_UNIT = 10**6

Interval: TypeAlias = tuple[Fraction, Fraction]
Logs: TypeAlias = npt.NDArray[np.float64]


def wilson(correct: int, n: int, confidence: float = 0.95) -> Interval:
    """Return Wilson's score interval for an accuracy, after `correct` of `n` images were right.

    Both bounds are shares from 0 to 1, rounded outwards to a millionth, so that they are equal on
    every machine. ValueError unless 0 <= `correct` <= `n` and `n` > 0. Source: E. B. Wilson (1927),
    by `scipy.stats.binomtest`.
    """
    from scipy.stats import binomtest  # type: ignore[import-untyped]  # takes half a second

    interval = binomtest(correct, n).proportion_ci(confidence, method="wilson")
    low = max(0, math.floor(interval.low * STEPS_PER_UNIT))
    high = min(STEPS_PER_UNIT, math.ceil(interval.high * STEPS_PER_UNIT))
    return Fraction(low, STEPS_PER_UNIT), Fraction(high, STEPS_PER_UNIT)


def without_replacement(correct: int, n: int, total: int, error: float) -> Interval:
    """Return bounds of the accuracy on `total` images, after `n` drawn ones gave `correct` right.

    Exact (hypergeometric): whatever the true accuracy, it lies outside with a probability of
    `error` at most.
    """
    wrong = n - correct

    def could_be_right(right: int) -> bool:
        return _probability_of_at_least(correct, right, n, total) > error / 2

    def could_be_wrong(bad: int) -> bool:
        return _probability_of_at_least(wrong, bad, n, total) > error / 2

    # The drawn images are certain: at least `correct` are right and at least `wrong` are wrong.
    least_right = _first_possible(correct, total - wrong, could_be_right)
    least_wrong = _first_possible(wrong, total - correct, could_be_wrong)
    return Fraction(least_right, total), Fraction(total - least_wrong, total)


def _first_possible(least: int, most: int, is_possible: Callable[[int], bool]) -> int:
    """Return the first possible number from `least` to `most`; all after a possible one are so."""
    while least < most:
        middle = (least + most) // 2
        if is_possible(middle):
            most = middle
        else:
            least = middle + 1
    return least


def _probability_of_at_least(k: int, right: int, n: int, total: int) -> float:
    """Return P(at least `k` of `n` drawn are right), where `right` of all `total` are.

    The same as `scipy.stats.hypergeom.sf(k - 1, total, right, n)`, which gives equal bounds and
    takes 15 times as long.
    """
    most = min(n, right)
    if k > most:
        return 0.0
    first = max(k, n - (total - right))
    drawn = np.arange(first, most + 1)
    ways = _log_binomial(right, drawn) + _log_binomial(total - right, n - drawn)
    return float(np.exp(ways - _log_binomial(total, np.array([n]))).sum())


def _log_binomial(n: int, k: npt.NDArray[np.int64]) -> Logs:
    """Return the logarithm of n over k, element by element."""
    logs = _log_factorials(1 << max(n, 1).bit_length())
    chosen: Logs = logs[n] - logs[k] - logs[n - k]
    return chosen


@cache
def _log_factorials(size: int) -> Logs:
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, size + 1, dtype=np.float64)))])
