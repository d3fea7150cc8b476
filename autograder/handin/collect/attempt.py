"""An attempt: what a student handed in for an assignment once, when it came, and who says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

Clock = Literal["exchange", "nbgrader", "gradescope", "commit", "file", "stated", "unknown"]
# Files of nbgrader beside a hand-in: when it came, and what feedback is handed back by.
TIMESTAMP, SECRET = "timestamp.txt", "submission_secret.txt"
CLOCKS: tuple[Clock, ...] = get_args(Clock)
NO_SOURCE: tuple[Clock, ...] = ("stated", "unknown")  # no source told the time


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One hand-in as it was collected; its files are kept and never change."""

    digest: str  # sha256 of the names and contents, hex
    source: str  # what it was collected from, by name
    came: datetime | None  # None: nobody says when
    told_by: Clock  # who says when it came
    marked_late: bool = False  # the LMS says that it was late, and not by how much
    renamed: str = ""  # what its code was called, where that is not the declared name
    team: str = ""  # whose it is, where students handed it in together

    def is_same(self, other: Attempt) -> bool:
        """Whether both are one hand-in: the same files, and no two sources that tell different
        times.
        """
        times = {a.came for a in (self, other) if a.told_by not in NO_SOURCE}
        return self.digest == other.digest and len(times) <= 1

    def stated(self, came: datetime | None, *, by_lms: bool) -> Attempt:
        """The same with the instructor's word for when it came, where that is wanted and nobody
        else says it.

        An LMS knows its deadline: of what it does not call late, that word could only make it late.
        """
        if came is None or self.came is not None or (by_lms and not self.marked_late):
            return self
        return replace(self, came=came, told_by="stated")

    def amended(self, found: Attempt, *, by_lms: bool) -> Attempt:
        """This attempt with what is learnt where its files are found again.

        A time that a source tells replaces one that a person stated, and a newer statement an older
        one. Of an LMS's words on lateness the milder one counts, and takes a statement back.
        """
        marked_late = self.marked_late and (found.marked_late or not by_lms)
        amended = replace(self, marked_late=marked_late, team=found.team or self.team)
        if self.told_by not in NO_SOURCE:
            return amended
        if found.came is not None and (found.told_by != "stated" or marked_late or not by_lms):
            return replace(amended, came=found.came, told_by=found.told_by)
        if by_lms and not marked_late:
            return replace(amended, came=None, told_by="unknown")
        return amended


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Every attempt of a student at an assignment, in the order in which they were collected."""

    attempts: tuple[Attempt, ...] = ()
    graded: int = 0  # the number, from 1, of the attempt that is graded; 0: none is accepted

    def number_of(self, found: Attempt) -> int:
        """The number of the attempt that is the same hand-in, first of all at the same time; 0:
        none is.
        """
        same = [number for number, each in enumerate(self.attempts, start=1) if each.is_same(found)]
        return next(
            (n for n in same if self.attempts[n - 1].came == found.came), same[0] if same else 0
        )
