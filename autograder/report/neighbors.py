"""The students before and after one in the order of the class, to page through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbors:
    """The students before and after one; None at either end of the class."""

    previous: str | None
    next: str | None


def neighbors_by_student(students: Sequence[str]) -> dict[str, Neighbors]:
    """Return the neighbors of each student, in the order given."""
    row = [None, *students, None]
    return {
        student: Neighbors(previous=row[number], next=row[number + 2])
        for number, student in enumerate(students)
    }
