"""Messages about attempts for the instructor who collects."""

from __future__ import annotations

from datetime import datetime

from autograder.handin.collect.attempt import Attempt
from autograder.handin.collect.lateness import lateness_of
from autograder.handin.collect.timestamp import format_timestamp


def time_text(attempt: Attempt, due: datetime | None) -> str:
    """Return when an attempt was submitted, what says so, and how late that is."""
    if attempt.submitted_at:
        submitted = format_timestamp(attempt.submitted_at, due)
        when = f"came {submitted} ({attempt.timestamp_source})"
    else:
        when = "time unknown"
    days = lateness_of(attempt, due)
    if days is None:
        return f"{when}, marked late"
    if days:
        return f"{when}, {days} {'day' if days == 1 else 'days'} late"
    return when


def attempt_text(attempt: Attempt, due: datetime | None) -> str:
    """Return the description of a new attempt: its time, an original file name, its team."""
    parts = [time_text(attempt, due)]
    if attempt.renamed:
        parts.append(f"was called {attempt.renamed}")
    if attempt.team:
        parts.append(f"team {attempt.team}")
    return ", ".join(parts)


def change_text(before: Attempt, after: Attempt, due: datetime | None) -> str:
    """Return what changed in an attempt; empty if nothing did."""
    parts = []
    old_time, new_time = time_text(before, due), time_text(after, due)
    if old_time != new_time:
        parts.append(f"{old_time} -> {new_time}")
    if after.team != before.team:
        parts.append(f"team {after.team}")
    return ", ".join(parts)


def unknown_days_remedy(attempt: Attempt, due: datetime | None) -> str:
    """Return what to do about an attempt that is marked late by an unknown number of days."""
    by_hand = "`autograder marks set ... --days N`"
    if attempt.submitted_at is not None and due is None:
        return f"marked late, but its deadline is unknown; give it with --deadline, or {by_hand}"
    return f"marked late, but not by how much; give its time with --came TIME, or {by_hand}"
