"""Bounds of an accuracy: Wilson's interval, and exact ones for images drawn from a list without
replacement.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

GRAIN = (
    10**6
)  # Wilson's bounds are rounded outwards to a millionth, so that they are the same on every machine

Interval = tuple[Fraction, Fraction]
Logs = npt.NDArray[np.float64]


def wilson(correct: int, n: int, confidence: float = 0.95) -> Interval:
    """Wilson's score interval for the accuracy on images like these `n`, of which `correct` were
    right.
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = correct / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = max(0, math.floor((centre - half) * GRAIN))
    high = min(GRAIN, math.ceil((centre + half) * GRAIN))
    return Fraction(low, GRAIN), Fraction(high, GRAIN)


def without_replacement(correct: int, n: int, total: int, error: float) -> Interval:
    """Bounds of the accuracy on all `total` images, after `n` drawn at random gave `correct` right
    ones.

    Exact (hypergeometric): whatever the true accuracy, it lies outside with a probability of
    `error` at most.
    """
    lowest, highest = (
        correct,
        total - (n - correct),
    )  # what the drawn images leave possible, whatever was drawn
    low = _bisect(lowest, highest, lambda right: _at_least(correct, right, n, total) > error / 2)
    wrong = n - correct  # the upper bound is the lower bound of the wrong ones
    least_wrong = _bisect(
        wrong, total - correct, lambda bad: _at_least(wrong, bad, n, total) > error / 2
    )
    return Fraction(low, total), Fraction(total - least_wrong, total)


def _bisect(least: int, most: int, is_possible: Callable[[int], bool]) -> int:
    """The first number from `least` to `most` that is possible; every number after a possible one
    is too.
    """
    while least < most:
        middle = (least + most) // 2
        if is_possible(middle):
            most = middle
        else:
            least = middle + 1
    return least


def _at_least(k: int, right: int, n: int, total: int) -> float:
    """P(at least `k` of `n` drawn are right), where `right` of all `total` are."""
    most = min(n, right)
    if k > most:
        return 0.0
    first = max(k, n - (total - right))
    drawn = np.arange(first, most + 1)
    logs = _choose(right, drawn) + _choose(total - right, n - drawn) - _choose(total, np.array([n]))
    return float(np.exp(logs).sum())


def _choose(n: int, k: npt.NDArray[np.int64]) -> Logs:
    """The logarithm of n over k, element by element."""
    logs = _log_factorials(1 << max(n, 1).bit_length())
    chosen: Logs = logs[n] - logs[k] - logs[n - k]
    return chosen


@cache
def _log_factorials(size: int) -> Logs:
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, size + 1, dtype=np.float64)))])
