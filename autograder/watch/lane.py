"""A lane: the process that keeps one assignment prepared, and grades what it is sent."""

from __future__ import annotations

import os
from collections.abc import Collection
from concurrent.futures import Future
from dataclasses import dataclass
from multiprocessing import connection as connections
from multiprocessing.connection import Connection
from pathlib import Path

from autograder.errors import CourseError, HostError
from autograder.grading.graded import Graded
from autograder.grading.run_log import run_log
from autograder.grading.workers.zygotes import starting_zygotes
from autograder.handin.intake import HandIn
from autograder.model import Assignment, Course, Level, Run
from autograder.watch.background import as_host_error, detach_from_terminal

MAX_WAKE_BYTES = 4096  # more hand-ins never end between two looks


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneReady:
    """The assignment is prepared."""

    level: Level | None  # of the sandbox; None: the assignment runs no code


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneFailed:
    """The lane ends, and what it had is not graded."""

    reason: str
    is_course: bool  # the course is at fault, not this machine


class ArrivingHandIns:
    """The hand-ins that a connection brings, until it brings None."""

    def __init__(self, connection: Connection, max_jobs: int) -> None:
        self.max_jobs = max_jobs
        self.is_open = True
        self._connection = connection
        self._woken, self._wake = os.pipe()
        self._awaited: set[Future[Graded]] = set()

    def take(self) -> HandIn | None:
        """Return the next hand-in without waiting; None where there is none now."""
        if not self.is_open or not self._connection.poll():
            return None
        try:
            hand_in: HandIn | None = self._connection.recv()
        except (EOFError, OSError):
            hand_in = None
        self.is_open = hand_in is not None
        return hand_in

    def wait(self, in_hand: Collection[Future[Graded]]) -> Collection[Future[Graded]]:
        """Wait until one is graded, or until another hand-in came; return what is graded."""
        for future in set(in_hand) - self._awaited:
            future.add_done_callback(self._note_done)
        self._awaited = set(in_hand)
        if (in_hand or self.is_open) and not any(future.done() for future in in_hand):
            arriving = [self._connection] if self.is_open else []
            if self._woken in connections.wait([self._woken, *arriving]):
                os.read(self._woken, MAX_WAKE_BYTES)
        return [future for future in in_hand if future.done()]

    def _note_done(self, _future: Future[Graded]) -> None:
        os.write(self._wake, b".")


def run_lane(
    course: Course,
    assignment: Assignment,
    run: Run,
    out: Path,
    connection: Connection,
    parent: int,
) -> None:
    """Prepare an assignment and grade what `connection` brings, as the whole life of a process.

    Results are written below `run.out`, which is not OUT: that may be locked by another command.
    """
    detach_from_terminal(parent)
    try:
        with run_log(out):
            _serve(course, assignment, run, connection)
    except CourseError as error:
        connection.send(LaneFailed(reason=str(error), is_course=True))
    except HostError as error:
        connection.send(LaneFailed(reason=str(error), is_course=False))
    except OSError as error:
        message = str(as_host_error(error, run.out))
        connection.send(LaneFailed(reason=message, is_course=False))


def _serve(course: Course, assignment: Assignment, run: Run, connection: Connection) -> None:
    with starting_zygotes([assignment], run.jobs, run.data) as zygotes:
        # It imports torch, which takes a second; meanwhile the zygote warms up.
        from autograder.grading.judge import Judge
        from autograder.grading.pool import judge_source, mark_not_graded, with_judge

        source = ArrivingHandIns(connection, run.jobs)
        if not assignment.is_gradable:
            connection.send(LaneReady(level=None))
            while source.is_open:
                source.wait(())
                if (hand_in := source.take()) is not None:
                    mark_not_graded(course, assignment, [hand_in], run, connection.send)
            return

        def grade(judge: Judge) -> None:
            level = None if judge.zygote is None else judge.zygote.level
            connection.send(LaneReady(level=level))
            judge_source(judge, source, connection.send)

        with_judge(course, assignment, run, zygotes.get(assignment.id), grade)
