"""The queue of hand-ins that wait, and which of them is graded next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

Key: TypeAlias = tuple[str, str]  # student and assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A hand-in that waits to be graded."""

    student: str
    assignment: str
    since: float  # when the student began to wait, in seconds of the watcher's clock
    arrived: float  # when its newest attempt was written, in seconds since the epoch
    is_regrade: bool = False  # it has a result, and what decides it has changed

    @property
    def key(self) -> Key:
        """Return the student and the assignment."""
        return self.student, self.assignment


def superseding(before: Waiting | None, attempt: Waiting) -> Waiting:
    """Return the entry of a newer attempt; the student keeps the place of an older one."""
    if before is None or before.is_regrade:
        return attempt
    return replace(attempt, since=before.since, is_regrade=False)


def next_waiting(
    waiting: Iterable[Waiting], graded_at: Mapping[str, float], now: float, max_wait: float
) -> Waiting | None:
    """Return what is graded next; None where nothing waits.

    The newest attempt goes first, but students who were graded within `max_wait` go after the
    others. Whoever waits for `max_wait` seconds goes before all, the longest wait first. What has a
    result already, and is only graded again, goes last. `graded_at` says when students were last
    graded, by the same clock as `now`.
    """

    def newest_first(entry: Waiting) -> tuple[bool, float, Key]:
        is_recent = now - graded_at.get(entry.student, float("-inf")) < max_wait
        return is_recent, -entry.arrived, entry.key

    entries = list(waiting)
    new = [entry for entry in entries if not entry.is_regrade]
    overdue = [entry for entry in new if now - entry.since >= max_wait]
    if overdue:
        return min(overdue, key=lambda entry: (entry.since, entry.key))
    return min(new or entries, key=newest_first, default=None)
