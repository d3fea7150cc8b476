"""Stopping early: over many random orders it is hardly ever wrong, and a borderline is measured in
full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from autograder.measuring.accuracy.sequential import StoppingPlan, stopping_plan, thresholds_reached

THRESHOLDS = tuple(Fraction(percent, 100) for percent in (0, 75, 85, 90, 92))
TOTAL = 1020
RUNS = 400
BORDERLINES = [
    right
    for t in THRESHOLDS[1:]
    for right in (int(t * TOTAL) - 1, int(t * TOTAL), int(t * TOTAL) + 1)
]


@cache
def deciding(a_plan: StoppingPlan) -> Callable[[int, int], bool]:
    """Return a plan's decision, remembered: simulated runs meet the same counts many times."""
    return cache(a_plan.is_decided)


def simulated(a_plan: StoppingPlan, right: int, runs: int = RUNS) -> Iterator[tuple[int, int]]:
    """Per run, in a random order of a list with `right` right answers: images asked, and right ones
    among them.
    """
    random = np.random.default_rng(right)
    decided = deciding(a_plan)
    answers = np.arange(a_plan.total) < right
    for _ in range(runs):
        counts = np.cumsum(random.permutation(answers))
        stops = (n for n in a_plan.looks if decided(int(counts[n - 1]), n))
        n = next(stops, a_plan.total)
        yield n, int(counts[n - 1])


def wrong_share(a_plan: StoppingPlan, right: int) -> float:
    """Return the share of simulated runs that end between other thresholds than the truth."""
    truth = thresholds_reached(Fraction(right, a_plan.total), a_plan.thresholds)
    ends = [
        thresholds_reached(Fraction(k, n), a_plan.thresholds) for n, k in simulated(a_plan, right)
    ]
    return sum(end != truth for end in ends) / len(ends)


@pytest.mark.parametrize("right", [*BORDERLINES, 300, 700, 850, 1000])
def test_a_decision_is_hardly_ever_wrong(right: int) -> None:
    """At one in a thousand at most one of 400 runs differs from the whole list, however near a
    threshold.
    """
    assert wrong_share(stopping_plan(TOTAL, THRESHOLDS), right) <= 1 / RUNS


@pytest.mark.parametrize("right", BORDERLINES)
def test_a_larger_error_is_kept_to(right: int) -> None:
    """The stated probability bounds the share of wrong runs where it is large enough to be seen."""
    assert wrong_share(stopping_plan(TOTAL, THRESHOLDS, Fraction(1, 10)), right) <= 0.1


def test_looking_without_bounds_would_be_wrong_often() -> None:
    """The simulation can tell: whoever believes the first look is wrong in more than a third of the
    runs.
    """
    random = np.random.default_rng(0)
    right = int(0.85 * TOTAL) - 1
    first = stopping_plan(TOTAL, THRESHOLDS).looks[0]
    counts = [int(random.permutation(np.arange(TOTAL) < right)[:first].sum()) for _ in range(RUNS)]
    truth = thresholds_reached(Fraction(right, TOTAL), THRESHOLDS)
    assert (
        np.mean([thresholds_reached(Fraction(k, first), THRESHOLDS) != truth for k in counts])
        > 1 / 3
    )


@pytest.mark.parametrize("right", BORDERLINES)
def test_a_borderline_is_measured_in_full(right: int) -> None:
    """Within one image of a threshold next to no run stops before the last look, and most ask every
    image.
    """
    asked = [n for n, _ in simulated(stopping_plan(TOTAL, THRESHOLDS), right, runs=100)]
    assert np.mean([n == TOTAL for n in asked]) > 0.95


@pytest.mark.parametrize(("accuracy", "most"), [(0.3, 0.1), (0.659, 0.5), (0.96, 0.6)])
def test_a_clear_case_is_decided_soon(accuracy: float, most: float) -> None:
    """Far from every threshold a part of the list is enough."""
    asked = [
        n for n, _ in simulated(stopping_plan(TOTAL, THRESHOLDS), int(accuracy * TOTAL), runs=100)
    ]
    assert np.mean(asked) < most * TOTAL


def test_what_the_rest_cannot_change_is_decided() -> None:
    """Without any doubt left about a threshold a decision needs no statistics."""
    one = stopping_plan(96, (Fraction(1, 2),), Fraction(1, 10**12))
    assert one.is_decided(48, 64)
    assert not one.is_decided(47, 64)


def test_an_accuracy_on_a_threshold_reaches_it() -> None:
    """Exactly 85 % is in the place above."""
    assert thresholds_reached(Fraction(85, 100), THRESHOLDS) == thresholds_reached(
        Fraction(89, 100), THRESHOLDS
    )
    assert thresholds_reached(Fraction(849, 1000), THRESHOLDS) < thresholds_reached(
        Fraction(85, 100), THRESHOLDS
    )


@pytest.mark.parametrize("total", [1, 8, 64, 65, 120, 1020, 6149])
def test_looks_are_fixed_beforehand(total: int) -> None:
    """A plan looks at ascending numbers of whole batches below the list's length, and at nothing it
    has seen.
    """
    looks = stopping_plan(total, THRESHOLDS).looks
    assert list(looks) == sorted(set(looks))
    assert all(n < total and n % 8 == 0 for n in looks)
