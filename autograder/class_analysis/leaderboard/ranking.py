"""The ranking of measured accuracies: each with its interval, and the ranks that this leaves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.class_analysis.leaderboard.pseudonyms import pseudonym_of
from autograder.errors import CourseError
from autograder.publishing.grade_files import PublishedGrade

MIN_SHOWN = 3  # students: of fewer everybody would know who is who


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderboardEntry:
    """The measured accuracy of a student under a pseudonym."""

    pseudonym: str
    correct: int
    n: int  # test images that were measured
    low: float  # of the interval that the result states, shares from 0 to 1
    high: float
    best_rank: int  # the ranks that the intervals leave: from this one
    worst_rank: int  # to this one

    @property
    def accuracy(self) -> Fraction:
        """The share of the measured images that the model classified right."""
        return Fraction(self.correct, self.n)


def ranking(
    grades: Sequence[PublishedGrade], shown: Collection[str], key: bytes
) -> tuple[LeaderboardEntry, ...]:
    """Return the entries of the students who are shown and measured, the most accurate first.

    Nothing where there are fewer than MIN_SHOWN.
    """
    measured = {
        grade.student: grade.content["measurement"]
        for grade in grades
        if grade.student in shown and grade.content.get("measurement")
    }
    if len(measured) < MIN_SHOWN:
        return ()
    intervals = {student: tuple(each["interval"]) for student, each in measured.items()}
    entries = []
    for student, each in measured.items():
        low, high = intervals[student]
        above = sum(other_low > high for other_low, _ in intervals.values())
        below = sum(other_high < low for _, other_high in intervals.values())
        entries.append(
            LeaderboardEntry(
                pseudonym=pseudonym_of(student, key),
                correct=each["correct"],
                n=each["n"],
                low=low,
                high=high,
                best_rank=1 + above,
                worst_rank=len(measured) - below,
            )
        )
    if len({entry.pseudonym for entry in entries}) < len(entries):
        raise CourseError("two students have the same pseudonym; use another --key")
    return tuple(sorted(entries, key=lambda entry: (-entry.accuracy, entry.pseudonym)))
