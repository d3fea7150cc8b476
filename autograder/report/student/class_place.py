"""The place of a total in its class: in which quarter it is, without a name or a rank."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.model import FinalGrade

MIN_STUDENTS = 8  # in a smaller class a quarter is a person or two
QUARTER_WORDS = ("lowest", "second", "third", "highest")  # words of the labels' `class_place`


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPlace:
    """The quarter of the class that a total is in; half of the class lies between the bounds."""

    quarter_word: str
    low: Fraction  # the first quartile
    high: Fraction  # the third quartile
    count: int  # students whose result is decided


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassQuartiles:
    """The three bounds between the quarters of a class's decided totals."""

    bounds: tuple[Fraction, ...]
    count: int  # students whose result is decided


def class_quartiles(final_grades: Sequence[FinalGrade]) -> ClassQuartiles | None:
    """Return the quartiles of a class; None where it is small."""
    decided = [each.total for each in final_grades if each.verdict != "pending"]
    if len(decided) < MIN_STUDENTS:
        return None
    bounds = statistics.quantiles(decided, n=4, method="inclusive")
    return ClassQuartiles(bounds=tuple(bounds), count=len(decided))


def class_place(final_grade: FinalGrade, quartiles: ClassQuartiles | None) -> ClassPlace | None:
    """Return the place of a student; None while it is open, or where the class is small."""
    if final_grade.verdict == "pending" or quartiles is None:
        return None
    low, _, high = quartiles.bounds
    word = QUARTER_WORDS[sum(final_grade.total >= bound for bound in quartiles.bounds)]
    return ClassPlace(quarter_word=word, low=low, high=high, count=quartiles.count)
