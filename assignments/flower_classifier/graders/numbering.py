"""The order in which a model numbers its classes, where by the official order it knows nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.optimize import linear_sum_assignment

from autograder.checks import Measurement, wilson

NUM_CLASSES = 102
# An accuracy below which another order of the classes is looked for.
MAX_LOST_ACCURACY = Fraction(1, 4)
MIN_FOUND_SHARE = Fraction(1, 2)  # of the answers that a likely order makes right
# Of those that the best of all orders does: on 192 images it does half by chance.
MIN_SHARE_BY_SEARCH = Fraction(3, 5)
# Of the accuracy in the model's own order, where not every image was asked.
BOUNDS_CONFIDENCE = 0.999

Matrix = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """An order of the classes that is not the official one, in which a model is right."""

    key: str  # the finding that names it
    places: tuple[int, ...]  # the place at which the model answers each class

    def official(self, matrix: Matrix) -> list[list[int]]:
        """Return a matrix whose rows and columns are in this order, in the official one."""
        return [[matrix[row][column] for column in self.places] for row in self.places]

    def answered(self, matrix: Matrix) -> list[list[int]]:
        """Return a matrix whose columns alone are in this order, in the official one."""
        return [[row[column] for column in self.places] for row in matrix]

    def right(self, measurement: Measurement) -> int:
        """Return how many answers are right in this order."""
        return sum(measurement.confusion[k][place] for k, place in enumerate(self.places))

    def own(self, counts: Sequence[int]) -> list[int]:
        """Return counts by official class in this order."""
        mine = [0] * NUM_CLASSES
        for k, place in enumerate(self.places):
            mine[place] = counts[k]
        return mine


def numbering_of(measurement: Measurement) -> Numbering | None:
    """Return the order in which a model that seems to know nothing is right.

    None where it is right in the official order, or in none.
    """
    if Fraction(measurement.correct, measurement.n) >= MAX_LOST_ACCURACY:
        return None
    for order in (sorted_by_name(), counted_from_one()):
        if order.right(measurement) > MIN_FOUND_SHARE * measurement.n:
            return order
    best = best_order(measurement)
    return best if best.right(measurement) > MIN_SHARE_BY_SEARCH * measurement.n else None


def sorted_by_name() -> Numbering:
    """Return the order of the folders "1" to "102" sorted as texts, as ImageFolder does."""
    names = sorted(str(k + 1) for k in range(NUM_CLASSES))
    return Numbering(
        key="sorted_by_name", places=tuple(names.index(str(k + 1)) for k in range(NUM_CLASSES))
    )


def counted_from_one() -> Numbering:
    """Return the order of labels from 1 to 102, where 102 is answered as 0."""
    return Numbering(
        key="counted_from_one", places=tuple((k + 1) % NUM_CLASSES for k in range(NUM_CLASSES))
    )


def best_order(measurement: Measurement) -> Numbering:
    """Return the order in which most answers are right."""
    _, places = linear_sum_assignment(-np.array(measurement.confusion))
    return Numbering(key="another_order", places=tuple(int(place) for place in places))


def accuracy_bounds(measurement: Measurement, order: Numbering | None) -> tuple[Fraction, Fraction]:
    """Return the bounds of the accuracy on the whole list, in the model's own order.

    They are equal where all images were asked.
    """
    right = measurement.correct if order is None else order.right(measurement)
    if measurement.n == measurement.total:
        return Fraction(right, measurement.n), Fraction(right, measurement.n)
    return (
        measurement.interval if order is None else wilson(right, measurement.n, BOUNDS_CONFIDENCE)
    )
