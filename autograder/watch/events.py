"""The events of a watch: what happened, when, to whose hand-in, and how many wait; a line each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """What an event is about."""

    HAND_IN = "hand-in"  # one student's
    CLASS = "class"  # collecting, reports, the course
    PROBLEM = "problem"  # somebody has to do something, or the watch tries again


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened."""

    at: datetime
    what: str
    kind: EventKind
    waiting: int  # hand-ins that wait now
    student: str = ""
    assignment: str = ""
    seconds: float | None = None  # that it took
    waited: float | None = None  # seconds from the arrival to the start

    @property
    def line(self) -> str:
        """Return it as one line for a terminal or a log."""
        who = f"{self.student} {self.assignment}: " if self.student else ""
        facts = []
        if self.seconds is not None:
            facts.append(f"{self.seconds:.2f} s")
        if self.waited is not None:
            facts.append(f"waited {duration(self.waited)}")
        facts.append(f"{self.waiting} waiting")
        return f"{self.at:%H:%M:%S} {who}{self.what} ({', '.join(facts)})"


def duration(seconds: float) -> str:
    """Return a time that something took or waited, as people say it."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
