"""The lanes of a watch: started when an assignment needs one, kept, and replaced when they end."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeAlias

from autograder.grading.graded import Graded
from autograder.model import Assignment, Course, Level, Run
from autograder.watch.arrivals import Arrival
from autograder.watch.lane import LaneFailed, LaneReady, run_lane
from autograder.watch.queue import Key, Waiting

END_TIMEOUT_S = 20.0  # for its sandbox to end
LaneMessage: TypeAlias = LaneReady | LaneFailed | Graded


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched:
    """A hand-in that a lane has."""

    entry: Waiting
    arrival: Arrival
    at: float  # when it was sent, by the watcher's clock


@dataclass(slots=True, kw_only=True)
class Lane:
    """A running lane, as the watcher sees it."""

    assignment: str
    process: BaseProcess
    connection: Connection
    is_ready: bool = False
    level: Level | None = None
    in_hand: dict[Key, Dispatched] = field(default_factory=dict)

    def send(self, dispatched: Dispatched) -> None:
        """Give it a hand-in; where it has ended, that shows when its messages are read."""
        self.in_hand[dispatched.entry.key] = dispatched
        with contextlib.suppress(OSError):
            self.connection.send(dispatched.arrival.hand_in)

    def messages(self) -> Iterator[LaneMessage]:
        """Yield what it sent; a LaneFailed is the last message."""
        try:
            while self.connection.poll():
                message: LaneMessage = self.connection.recv()
                yield message
                if isinstance(message, LaneFailed):
                    return
        except (EOFError, OSError):
            yield _ended(self.assignment)
            return
        if not self.process.is_alive() and not self.connection.poll():
            yield _ended(self.assignment)

    def end(self) -> None:
        """Let it finish what it has, and wait until it and its sandbox have ended."""
        with contextlib.suppress(OSError):
            self.connection.send(None)
        self.process.join(END_TIMEOUT_S)
        self.kill()

    def kill(self) -> None:
        """End it now; its judges and its sandbox end with it."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def _ended(assignment: str) -> LaneFailed:
    return LaneFailed(reason=f"{assignment}: its grading process was killed", is_course=False)


class Lanes:
    """The lanes that run, by assignment."""

    def __init__(self, out: Path) -> None:
        self.running: dict[str, Lane] = {}
        self._out = out

    @property
    def in_hand(self) -> dict[Key, Dispatched]:
        """Return what all lanes have."""
        return {key: each for lane in self.running.values() for key, each in lane.in_hand.items()}

    def start(self, course: Course, assignment: Assignment, run: Run) -> None:
        """Start the lane of an assignment, without waiting for it."""
        context = get_context("fork")
        connection, other = context.Pipe()
        process = context.Process(
            target=run_lane, args=(course, assignment, run, self._out, other, os.getpid())
        )
        process.start()
        other.close()
        self.running[assignment.id] = Lane(
            assignment=assignment.id, process=process, connection=connection
        )

    def close(self) -> None:
        """End all; what they have is graded first."""
        for lane in self.running.values():
            with contextlib.suppress(OSError):
                lane.connection.send(None)
        while self.running:
            self.running.popitem()[1].end()

    def kill(self) -> None:
        """End all now."""
        while self.running:
            self.running.popitem()[1].kill()
