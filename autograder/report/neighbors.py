"""The students before and after one in the order of the class, to page through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbors:
    """The students before and after one; None at either end of the class."""

    previous: str | None
    next: str | None


def neighbors_of(students: Sequence[str], student: str) -> Neighbors:
    """Return the neighbors of a student in the order of the class."""
    place = students.index(student)
    return Neighbors(
        previous=students[place - 1] if place else None,
        next=students[place + 1] if place + 1 < len(students) else None,
    )
