"""Stopping early: looks at preset numbers of images, and a decision only where no threshold is in
doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.measuring.accuracy.bounds import Interval, without_replacement

ERROR = Fraction(1, 1000)  # the probability, over all looks together, that a decision is wrong
BATCH = 8  # looks fall on whole batches
FIRST = 64  # images before the first look
SHARES = tuple(
    Fraction(share, 32) for share in (1, 2, 4, 6, 8, 12, 16, 20, 24, 28)
)  # of the list, at each look


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When to look, and what would be decided: fixed before the first image is asked."""

    total: int
    thresholds: tuple[
        Fraction, ...
    ]  # accuracies at which a mark changes, ascending; reaching one is enough
    looks: tuple[int, ...]  # numbers of images, ascending, each below `total`
    error: Fraction  # split evenly over the looks

    def bounds(self, correct: int, n: int) -> Interval:
        """Where the accuracy on the whole list lies, except with the probability that one look may
        err.
        """
        if n == self.total:
            return Fraction(correct, n), Fraction(correct, n)
        return without_replacement(correct, n, self.total, float(self.error) / len(self.looks))

    def is_decided(self, correct: int, n: int) -> bool:
        """Whether the accuracy so far and all that is possible lie between the same two thresholds."""
        places = {
            place(share, self.thresholds)
            for share in (Fraction(correct, n), *self.bounds(correct, n))
        }
        return len(places) == 1


def plan(total: int, thresholds: Sequence[Fraction], error: Fraction = ERROR) -> Plan:
    """The plan for a list of `total` images."""
    batches = {max(FIRST, -(-share * total // BATCH) * BATCH) for share in SHARES}
    looks = tuple(sorted(int(n) for n in batches if n < total))
    return Plan(total=total, thresholds=tuple(sorted(set(thresholds))), looks=looks, error=error)


def place(share: Fraction, thresholds: Sequence[Fraction]) -> int:
    """How many of the thresholds `share` reaches: two accuracies in the same place earn the same."""
    return sum(share >= threshold for threshold in thresholds)
