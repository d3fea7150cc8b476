"""The log of a watch: its events, one line each, and what still needs somebody."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime

from autograder.watch.events import Event, EventKind
from autograder.watch.queue import Key

MAX_KEPT = 100  # events that the status page can show

NOBODY: Key = ("", "")


class WatchLog:
    """What has happened, and what is wrong until it is mended."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.events: deque[Event] = deque(maxlen=MAX_KEPT)  # the newest first
        self.problems: dict[str, str] = {}  # by subject: what is wrong, one line
        self.waiting = 0  # hand-ins that wait now
        self.has_news = True  # since the status page was written
        self._say = say

    def note(
        self,
        what: str,
        *,
        of: Key = NOBODY,
        kind: EventKind = EventKind.CLASS,
        seconds: float | None = None,
        waited: float | None = None,
    ) -> None:
        """Note an event."""
        event = Event(
            at=datetime.now().astimezone(),
            what=what,
            kind=kind,
            waiting=self.waiting,
            student=of[0],
            assignment=of[1],
            seconds=seconds,
            waited=waited,
        )
        self.events.appendleft(event)
        self.has_news = True
        self._say(event.line)

    def complain(self, subject: str, problem: str) -> None:
        """Note a problem, once, until it is solved or another one takes its place."""
        if self.problems.get(subject) != problem:
            self.problems[subject] = problem
            self.note(problem, kind=EventKind.PROBLEM)

    def solved(self, subject: str) -> None:
        """Note that a problem is solved, if there was one."""
        if self.problems.pop(subject, None) is not None:
            self.note(f"{subject}: solved")

    def complain_of_all(self, subject: str, problems: tuple[str, ...]) -> None:
        """Note the problems that there are now of a subject; others of it are over."""
        now = {f"{subject}: {problem}": problem for problem in problems}
        for name in [each for each in self.problems if each.startswith(f"{subject}: ")]:
            if name not in now:
                del self.problems[name]
                self.has_news = True
        for name, problem in now.items():
            self.complain(name, problem)
