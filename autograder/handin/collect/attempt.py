"""Attempts of students at assignments: when each was submitted, and which source says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class TimestampSource(StrEnum):
    """What says when an attempt was submitted; the values stand in collected.yml."""

    EXCHANGE = "exchange"
    NBGRADER = "nbgrader"
    GRADESCOPE = "gradescope"
    COMMIT = "commit"
    FILE = "file"
    STATED = "stated"  # by the instructor, with --came
    UNKNOWN = "unknown"

    @property
    def is_external(self) -> bool:
        """Whether the time comes from where the attempt was collected, not from the instructor."""
        return self not in (TimestampSource.STATED, TimestampSource.UNKNOWN)


# Files that nbgrader keeps beside a hand-in. Without the secret it returns no feedback.
TIMESTAMP_FILE = "timestamp.txt"
SECRET_FILE = "submission_secret.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One hand-in as it was collected; its files are kept and never change."""

    digest: str  # sha256 of the names and contents, hex
    source: str  # the name of the file or folder that it was collected from
    submitted_at: datetime | None  # None: unknown
    timestamp_source: TimestampSource
    marked_late: bool = False  # the LMS says that it was late, and not by how much
    renamed: str = ""  # the original name of the code file, if it is not the declared one
    team: str = ""  # the team that handed it in together

    def is_same_hand_in(self, other: Attempt) -> bool:
        """Return whether both have the same files and no two sources give different times."""
        times = {
            attempt.submitted_at
            for attempt in (self, other)
            if attempt.timestamp_source.is_external
        }
        return self.digest == other.digest and len(times) <= 1

    def with_stated_time(self, submitted_at: datetime | None, *, by_lms: bool) -> Attempt:
        """Return this attempt with the instructor's time, if no source gives one.

        An LMS knows its deadline. If it does not mark an attempt as late, a stated time could only
        make the attempt late, so it is ignored.
        """
        is_in_time = by_lms and not self.marked_late
        if submitted_at is None or self.submitted_at is not None or is_in_time:
            return self
        return replace(self, submitted_at=submitted_at, timestamp_source=TimestampSource.STATED)

    def updated_from(self, newer: Attempt, *, by_lms: bool) -> Attempt:
        """Return this attempt with what is learned when the same files are collected again.

        A time from a source replaces a stated one, and a newer statement an older one. An LMS that
        no longer marks the attempt as late wins, and removes a stated time.
        """
        marked_late = self.marked_late and (newer.marked_late or not by_lms)
        updated = replace(self, marked_late=marked_late, team=newer.team or self.team)
        if self.timestamp_source.is_external:
            return updated
        is_in_time = by_lms and not marked_late
        is_stated = newer.timestamp_source is TimestampSource.STATED
        if newer.submitted_at is not None and not (is_stated and is_in_time):
            return replace(
                updated,
                submitted_at=newer.submitted_at,
                timestamp_source=newer.timestamp_source,
            )
        if is_in_time:
            return replace(updated, submitted_at=None, timestamp_source=TimestampSource.UNKNOWN)
        return updated


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Every attempt of a student at an assignment, in the order in which they were collected."""

    attempts: tuple[Attempt, ...] = ()
    graded: int = 0  # number of the graded attempt, from 1; 0: no attempt is accepted

    def number_of(self, wanted: Attempt) -> int:
        """Return the number of the attempt that is the same hand-in; 0 if there is none.

        Of several an attempt with the same time comes first.
        """
        same = [
            number
            for number, attempt in enumerate(self.attempts, start=1)
            if attempt.is_same_hand_in(wanted)
        ]
        for number in same:
            if self.attempts[number - 1].submitted_at == wanted.submitted_at:
                return number
        return same[0] if same else 0
