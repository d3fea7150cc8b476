"""How an attempt is told to the person who collects: when it came, who says so, and how late that
is.
"""

from __future__ import annotations

from datetime import datetime

from autograder.handin.collect.attempt import Attempt
from autograder.handin.collect.lateness import lateness_of
from autograder.handin.collect.timestamp import shown_moment


def time_of(attempt: Attempt, due: datetime | None) -> str:
    """When it came, by whose word, and how late that is."""
    days = lateness_of(attempt, due)
    when = (
        f"came {shown_moment(attempt.came, due)} ({attempt.told_by})"
        if attempt.came
        else "no time is told"
    )
    late = (
        "marked late"
        if days is None
        else f"{days} {'day' if days == 1 else 'days'} late"
        if days
        else ""
    )
    return ", ".join(part for part in (when, late) if part)


def told(attempt: Attempt, due: datetime | None) -> str:
    """Everything that a line on a new attempt says of it."""
    team = f"team {attempt.team}" if attempt.team else ""
    renamed = f"was called {attempt.renamed}" if attempt.renamed else ""
    return ", ".join(part for part in (time_of(attempt, due), renamed, team) if part)


def change(before: Attempt, after: Attempt, due: datetime | None) -> str:
    """What was learnt of an attempt: from what to what."""
    times = [time_of(attempt, due) for attempt in (before, after)]
    team = f"team {after.team}" if after.team != before.team else ""
    return ", ".join(
        part for part in (" -> ".join(times) if times[0] != times[1] else "", team) if part
    )


def how_to_say_days(attempt: Attempt, due: datetime | None) -> str:
    """What a person can do where an LMS calls an attempt late, and the days cannot be counted."""
    by_hand = "`autograder marks set ... --days N`"
    if attempt.came is not None and due is None:
        return f"marked late, and nobody says when it was due; say it with --deadline, or {by_hand}"
    return f"marked late, and nobody says by how much; say when with --came TIME, or {by_hand}"
