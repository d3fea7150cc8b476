"""Candidates: hand-ins as a source holds them, before the student is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from autograder.handin.collect.attempt import TimestampSource
from autograder.handin.collect.source_tree import TreeEntry

# Columns of the roster. `participant` is Moodle's number of a student in one assignment.
RosterColumn = Literal[
    "id", "login", "github", "email", "sis_user_id", "lms_user_id", "participant", "name"
]
Identifier = tuple[RosterColumn, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One hand-in of a source."""

    location: str  # the place in the source, for messages
    label: str  # the source's name of the student; differs between students
    identifiers: tuple[Identifier, ...]  # values to look up in the roster, the most reliable first
    assignment: str  # empty: unknown
    files: Callable[[], Mapping[str, TreeEntry]]  # by name; read when they are needed
    submitted_at: datetime | None
    timestamp_source: TimestampSource
    marked_late: bool = False
    by_lms: bool = False  # from an LMS, which knows its deadline itself
    is_grouped: bool = False  # the source puts the name of a group before every student's
    team: str = ""  # the team that the source names
    problem: str = ""  # why it cannot be read
    remark: str = ""  # what the instructor should know about it

    @property
    def plain_name(self) -> str:
        """Return the student's folder name for a run without a roster."""
        for column, value in self.identifiers:
            if column in ("id", "login", "name"):
                return value
        return self.label


def location(place: Path, *path: str) -> str:
    """Return a place in a source as text for messages."""
    return "/".join((str(place), *path))
