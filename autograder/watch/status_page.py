"""The status page OUT/watch.html: what waits, what runs, what happened last; for staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.model import Course
from autograder.report.html import asset, render
from autograder.watch.events import Event, duration

STATUS_FILE = "watch.html"  # below OUT
REFRESH_S = 10  # a browser reads the page again
MAX_SHOWN = 100  # entries of a table; the page says how many there are


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEntry:
    """A hand-in that waits or is being graded."""

    student: str
    assignment: str
    seconds: float  # that it has waited, or has been graded
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of a watch."""

    now: datetime
    since: datetime  # when the watch began
    state: str  # such as "grading"
    running: Sequence[StatusEntry]
    waiting: Sequence[StatusEntry]  # in the order in which they go, as of now
    events: Sequence[Event]  # the last ones, the newest first
    problems: Sequence[str]  # what needs somebody
    graded: int  # since the watch began
    unwritten: int  # results that are not in OUT yet


def status_page(course: Course, status: Status) -> str:
    """Return the status page."""
    return render(
        "watch.html.j2",
        course,
        "en",
        status=status,
        refresh=REFRESH_S,
        most=MAX_SHOWN,
        duration=duration,
        style=asset("report.css"),
    )
