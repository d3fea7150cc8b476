"""A hand-in as it was found in a source: whose and for what, as far as the source tells, and its
files.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from autograder.handin.collect.attempt import Clock
from autograder.handin.collect.tree import Entry, Tree
from autograder.model import Course

# Of the roster; `participant` is Moodle's number of a student in one assignment.
Column = Literal[
    "id", "login", "github", "email", "sis_user_id", "lms_user_id", "participant", "name"
]
Clue = tuple[Column, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One hand-in of a source."""

    where: str  # the place in the source, for complaints
    label: str  # what the source calls the student, with all that tells one from another
    clues: tuple[Clue, ...]  # by what the roster may know the student, the surest first
    assignment: str  # empty: the source does not tell
    files: Callable[[], Mapping[str, Entry]]  # by name; read when they are needed
    came: datetime | None
    told_by: Clock
    marked_late: bool = False
    by_lms: bool = False  # of an LMS, which knows its deadline itself
    is_grouped: bool = False  # its source puts the name of a group before every student's
    team: str = ""  # with whom it was handed in, where the source says so
    problem: str = ""  # why it cannot be read
    remark: str = ""  # what a person should know of it

    @property
    def plain_name(self) -> str:
        """What the student is called where there is no roster."""
        return next(
            (value for column, value in self.clues if column in ("id", "login", "name")), self.label
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of source: what of it looks like hand-ins, and what is found there."""

    name: str
    takes: Callable[[Tree, Course], Collection[str]]  # the names at its top that it understands
    read: Callable[
        [Tree, Course], Iterable[list[Found]]
    ]  # a student's attempts of one history at a time


def where(place: Path, *path: str) -> str:
    """A place in a source, for people."""
    return "/".join((str(place), *path))


def by_name(entries: Sequence[Entry]) -> dict[str, Entry]:
    """Files and links by their last names; of two with one name the one nearer to the top."""
    found: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda e: len(e.path)):
        if entry.kind in ("file", "link"):
            found.setdefault(entry.name, entry)
    return found


def ids(course: Course) -> list[str]:
    """The assignments' ids, the longest first: one may be the beginning of another."""
    return sorted((a.id for a in course.assignments), key=len, reverse=True)
