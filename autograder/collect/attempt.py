"""An attempt: what a student handed in for an assignment once, when it came, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Clock = Literal["exchange", "nbgrader", "commit", "file", "stated", "unknown"]
# Files of nbgrader beside a hand-in: when it came, and what feedback is handed back by.
TIMESTAMP, SECRET = "timestamp.txt", "submission_secret.txt"
CLOCKS: tuple[Clock, ...] = get_args(Clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One hand-in as it was collected; its files are kept and never change."""

    digest: str  # sha256 of the names and contents, hex
    source: str  # what it was collected from, by name
    came: datetime | None  # None: nobody says when
    told_by: Clock  # who says when it came
    marked_late: bool = False  # the LMS says that it was late, and not by how much
    renamed: str = ""  # what its code was called, where that is not the declared name

    def is_same(self, other: Attempt) -> bool:
        """Whether both are one hand-in: the same files at the same time, as far as it is known."""
        times = {attempt.came for attempt in (self, other)} - {None}
        return self.digest == other.digest and len(times) <= 1


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Every attempt of a student at an assignment, in the order in which they were collected."""

    attempts: tuple[Attempt, ...] = ()
    graded: int = 0  # the number, from 1, of the attempt that is graded; 0: none is accepted
