"""Early stopping: a plan of preset looks, and a decision only where no threshold is in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.measuring.accuracy.bounds import Interval, without_replacement

MAX_ERROR = Fraction(1, 1000)  # probability, over all looks together, that a decision is wrong
BATCH_SIZE = 8  # images; looks fall on whole batches
MIN_FIRST_LOOK = 64  # images before the first look
LOOK_SHARES = tuple(Fraction(k, 32) for k in (1, 2, 4, 6, 8, 12, 16, 20, 24, 28))  # of the list


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingPlan:
    """When to look at the counts, fixed before the first image is asked."""

    total: int  # images
    thresholds: tuple[Fraction, ...]  # accuracies at which a mark changes, ascending, inclusive
    looks: tuple[int, ...]  # numbers of images, ascending, each below `total`
    error: Fraction  # split evenly over the looks

    def bounds(self, correct: int, n: int) -> Interval:
        """Return bounds of the accuracy on the whole list, with the error of a single look."""
        if n == self.total:
            return Fraction(correct, n), Fraction(correct, n)
        return without_replacement(correct, n, self.total, float(self.error) / len(self.looks))

    def is_decided(self, correct: int, n: int) -> bool:
        """Return whether the accuracy so far and its bounds reach the same thresholds."""
        shares = (Fraction(correct, n), *self.bounds(correct, n))
        return len({thresholds_reached(share, self.thresholds) for share in shares}) == 1


def stopping_plan(
    total: int, thresholds: Sequence[Fraction], error: Fraction = MAX_ERROR
) -> StoppingPlan:
    """Return the plan for a list of `total` images."""
    looks = set()
    for share in LOOK_SHARES:
        batches = -(-share * total // BATCH_SIZE)  # rounded up
        looks.add(max(MIN_FIRST_LOOK, int(batches) * BATCH_SIZE))
    return StoppingPlan(
        total=total,
        thresholds=tuple(sorted(set(thresholds))),
        looks=tuple(sorted(n for n in looks if n < total)),
        error=error,
    )


def thresholds_reached(share: Fraction, thresholds: Sequence[Fraction]) -> int:
    """Return how many thresholds an accuracy reaches: those that reach as many earn the same."""
    return sum(share >= threshold for threshold in thresholds)
