"""Executors: where hand-ins are graded. The local one, on this machine, is the default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from autograder.grading.graded import Graded
from autograder.grading.workers.zygotes import starting_zygotes
from autograder.handin.intake import HandIn
from autograder.model import Assignment, Course, Level, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """What is known of a run besides its results."""

    level: Level | None = None  # the weakest sandbox level in force; None: no student code ran
    remarks: tuple[str, ...] = ()  # on machines that were given up, a line each


class Executor(Protocol):
    """What grades the hand-ins of a run, and writes each result file as soon as it is done."""

    def grade(
        self,
        course: Course,
        assignments: Sequence[Assignment],
        hand_ins: Sequence[HandIn],
        run: Run,
        done: Callable[[Graded], None],
    ) -> Execution:
        """Grade hand-ins of gradable assignments.

        `done` is called with each hand-in as it ends. CourseError where the graders are at fault,
        HostError where no machine can do what `run` asks; what was finished is kept.
        """


class LocalExecutor:
    """Grades on this machine, one assignment after the other."""

    def grade(
        self,
        course: Course,
        assignments: Sequence[Assignment],
        hand_ins: Sequence[HandIn],
        run: Run,
        done: Callable[[Graded], None],
    ) -> Execution:
        """Grade in `run.jobs` processes at a time."""
        weakest: Level | None = None
        with starting_zygotes(assignments, run.jobs, run.data) as zygotes:
            # It imports torch, which takes a second; meanwhile the zygotes warm up.
            from autograder.grading.pool import grade_all

            for assignment in assignments:
                own = [hand_in for hand_in in hand_ins if hand_in.assignment == assignment.id]
                level = grade_all(course, assignment, own, run, zygotes.get(assignment.id), done)
                weakest = weaker(weakest, level)
        return Execution(level=weakest)


def weaker(first: Level | None, second: Level | None) -> Level | None:
    """Return the weaker of two sandbox levels, of which each may be missing; A is the strongest."""
    return max((level for level in (first, second) if level is not None), default=None)
