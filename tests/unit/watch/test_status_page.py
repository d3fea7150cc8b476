"""The status page: what waits, what runs, what happened, for staff."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from autograder.config.course import load_course
from autograder.watch.events import Event, EventKind, duration
from autograder.watch.status_page import REFRESH_S, Status, StatusEntry, status_page
from tests.support.command_line import TINY

NOW = datetime(2026, 12, 1, 20, 5, tzinfo=UTC)
EVENT = Event(
    at=NOW,
    what="9 of 10, graded",
    kind=EventKind.HAND_IN,
    waiting=2,
    student="ana",
    assignment="tensors",
    seconds=0.25,
    waited=75.4,
)


def page(**changes: object) -> str:
    """Return the page of a watch that has one hand-in in each state."""
    values: dict[str, object] = {
        "now": NOW,
        "since": NOW.replace(hour=19),
        "state": "running",
        "running": [StatusEntry(student="leo", assignment="tensors", seconds=2.0)],
        "waiting": [StatusEntry(student="<mia>", assignment="tensors", seconds=130.0)],
        "events": [EVENT],
        "problems": ["junk.zip: cannot be read"],
        "graded": 7,
        "unwritten": 1,
    }
    return status_page(load_course(TINY), Status(**{**values, **changes}))  # type: ignore[arg-type]


def words(html: str) -> str:
    """Return what a page says, on one line."""
    return " ".join(re.sub(r"<(style|svg).*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL).split())


def test_an_event_is_one_line() -> None:
    """It says when, whose, what, how long that took and waited, and how many wait."""
    assert EVENT.line == (
        "20:05:00 ana tensors: 9 of 10, graded (0.25 s, waited 1 min 15 s, 2 waiting)"
    )


def test_times_are_said_as_people_do() -> None:
    """Seconds, minutes, hours."""
    assert [duration(s) for s in (0.4, 59.9, 61, 7322)] == ["0 s", "59 s", "1 min 1 s", "2 h 2 min"]


def test_the_page_shows_what_waits_runs_and_needs_somebody() -> None:
    """Everything that a person would ask stands on it, as of a time."""
    shown = words(page())
    for part in (
        "1 waiting, 1 being graded, 7 graded since 2026-12-01 19:05:00; "
        "1 of them are not in the reports yet",
        "As of 2026-12-01 20:05:00",
        "junk.zip: cannot be read",
        "leo tensors 2 s",
        "&lt;mia&gt; tensors 2 min 10 s",
        EVENT.line,
    ):
        assert part in shown


def test_the_page_is_read_again_by_itself_and_without_a_script() -> None:
    """A browser reads it again, and its policy allows no script."""
    html = page()
    assert f'<meta http-equiv="refresh" content="{REFRESH_S}">' in html
    assert "script-src 'none'" in html
    assert "<script" not in html


def test_a_long_queue_is_cut_and_counted() -> None:
    """Of a thousand that wait the page shows the next ones, and how many more there are."""
    queue = [StatusEntry(student=f"s{n}", assignment="tensors", seconds=n) for n in range(1000)]
    shown = words(page(waiting=queue))
    assert "1000 waiting" in shown
    assert "900 more." in shown
