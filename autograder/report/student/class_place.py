"""The place of a total in its class: in which quarter it is, without a name or a rank."""

from __future__ import annotations

import functools
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


def class_place(final_grade: FinalGrade, final_grades: Sequence[FinalGrade]) -> ClassPlace | None:
    """Return the place of a student; None while it is open, or where the class is small."""
    decided = [each.total for each in final_grades if each.verdict != "pending"]
    if final_grade.verdict == "pending" or len(decided) < MIN_STUDENTS:
        return None
    quartiles = _quartiles(tuple(decided))
    word = QUARTER_WORDS[sum(final_grade.total >= bound for bound in quartiles)]
    return ClassPlace(quarter_word=word, low=quartiles[0], high=quartiles[2], count=len(decided))


@functools.lru_cache(maxsize=1)  # the same for everybody in a class
def _quartiles(totals: tuple[Fraction, ...]) -> list[Fraction]:
    return statistics.quantiles(totals, n=4, method="inclusive")
