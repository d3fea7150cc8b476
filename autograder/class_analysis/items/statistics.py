"""Statistics of an item: its correlation with the rest, and what the thirds of a class earn."""

from __future__ import annotations

import math
from collections.abc import Mapping

from autograder.class_analysis.items.item import Discrimination, Thirds

MIN_STUDENTS = 3  # of whom a correlation is computed
CONFIDENCE = 0.95
ROUNDING = 1e-9  # two shares that differ by less are the same

Shares = Mapping[str, float]  # by student, from 0 to 1


def mean(values: Shares) -> float | None:
    """Return the mean; None of nothing."""
    return math.fsum(values.values()) / len(values) if values else None


def discrimination(item: Shares, rest: Shares) -> Discrimination:
    """Return the correlation of an item with the rest, over the students who have both.

    The interval is Fisher's.
    """
    students = sorted(item.keys() & rest.keys())
    n = len(students)
    if item and not rest:
        return Discrimination(n=0, reason="no_rest")
    if n < MIN_STUDENTS:
        return Discrimination(n=n, reason="few")
    scores, others = [item[s] for s in students], [rest[s] for s in students]
    if max(scores) - min(scores) < ROUNDING:
        return Discrimination(n=n, reason="same_item")
    if max(others) - min(others) < ROUNDING:
        return Discrimination(n=n, reason="same_rest")
    from scipy.stats import pearsonr  # type: ignore[import-untyped]  # takes half a second

    found = pearsonr(scores, others)
    value = float(found.statistic)
    if abs(value) > 1 - ROUNDING:  # Fisher's interval is none where all points are on a line
        return Discrimination(n=n, value=math.copysign(1.0, value))
    interval = found.confidence_interval(CONFIDENCE)
    return Discrimination(n=n, value=value, low=float(interval.low), high=float(interval.high))


def thirds(item: Shares, rest: Shares) -> Thirds | None:
    """Return how the weakest and the best third by the rest do; ties belong to a third whole.

    None where there are fewer than MIN_STUDENTS, or where the thirds are the same students.
    """
    students = sorted(item.keys() & rest.keys(), key=lambda student: rest[student])
    if len(students) < MIN_STUDENTS:
        return None
    size = len(students) // 3
    highest_of_lower = rest[students[size - 1]]
    lowest_of_upper = rest[students[-size]]
    if lowest_of_upper - highest_of_lower < ROUNDING:
        return None
    lower = {s: item[s] for s in students if rest[s] <= highest_of_lower + ROUNDING}
    upper = {s: item[s] for s in students if rest[s] >= lowest_of_upper - ROUNDING}
    lower_share, upper_share = mean(lower), mean(upper)
    assert lower_share is not None
    assert upper_share is not None
    return Thirds(
        lower=frozenset(lower),
        upper=frozenset(upper),
        lower_share=lower_share,
        upper_share=upper_share,
        upper_wrong=sum(share < 1 - ROUNDING for share in upper.values()),
    )
