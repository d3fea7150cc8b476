"""The reference: the solution, run through a check before its time or an error counts."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pytest

from autograder.checks.feedback import Feedback
from autograder.checks.pytest_plugin import criterion_of, measures
from autograder.errors import (
    Denied,
    DeniedReason,
    SandboxLost,
    StudentError,
    TimeExceeded,
    TimeLimit,
)
from autograder.grading.check_results import MAX_EVIDENCE_CHARS, trace
from autograder.grading.grader import Grader
from autograder.grading.workers.budget import Spent
from autograder.grading.workers.worker_session import WorkerSession
from autograder.grading.workers.worker_source import workers_of
from autograder.model import Assignment, Limits, Run, SubmittedFiles
from autograder.sandbox.launch import Zygote

# A limit of time is at least so many times what the solution takes on this machine.
MIN_LIMIT_FACTOR = 5
REFERENCE_LIMIT_FACTOR = 10  # times the stated limits that the solution itself may take
REFERENCE_NAME = "reference"  # in the place of a student's name and of a digest
# Of these each check or criterion has its own: what is long enough for one proves nothing for all.
LOCAL_LIMITS = frozenset((TimeLimit.CHECK, TimeLimit.CPU))
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What checks took on the solution, in seconds, and which of them it passed."""

    passed: frozenset[str]
    answers: float
    workers: float  # starting them, and importing the solution
    judge: float


class Reference:
    """The solution of one assignment, run when a submission gives reason to."""

    def __init__(self, solution: SubmittedFiles, zygote: Zygote, run: Run) -> None:
        self._solution = solution
        self._zygote = zygote
        self._run = run
        # Limits that were too short for the last submission, in seconds.
        self.lengthened: dict[str, float] = {}
        self._passes: dict[str, bool] = {}  # by check; the inputs are the same each time

    def knows(self, item: pytest.Item) -> bool:
        """Return whether a check was run on the solution before."""
        return item.name in self._passes

    def passes(self, grader: Grader, item: pytest.Item) -> bool:
        """Return whether the solution passes a check here."""
        if not self.knows(item):
            self._passes[item.name] = item.name in self.timing(grader, [item]).passed
        return self._passes[item.name]

    def timing(self, grader: Grader, items: Iterable[pytest.Item]) -> Timing:
        """Run checks on the solution, now; SandboxLost where the sandbox broke meanwhile."""
        limits = _multiplied(grader.assignment.limits, REFERENCE_LIMIT_FACTOR)
        assignment = replace(grader.assignment, limits=limits)
        session = WorkerSession(assignment, self._solution, workers_of(self._zygote), self._run)
        feedback = Feedback(texts=grader.texts, lang=grader.lang)
        passed: set[str] = set()
        spent: list[Spent] = []
        try:
            session.try_import()
            spent.append(session.spent)
            for item in items:
                if grader.run_check(item, session, feedback) is None:
                    passed.add(item.name)
                spent.append(session.spent)
        except StudentError as error:  # such a solution proves nothing
            logger.warning("the solution of %s cannot be imported: %a", assignment.id, str(error))
            spent.append(session.spent)
        finally:
            session.close()
        if session.lost:
            raise SandboxLost(session.lost)
        return Timing(
            passed=frozenset(passed),
            answers=sum(costs.answers for costs in spent),
            workers=sum(costs.workers for costs in spent),
            judge=sum(costs.judge for costs in spent),
        )


def reference_of(assignment: Assignment, zygote: Zygote | None, run: Run) -> Reference | None:
    """Return the reference of an assignment; None where it runs no code or has no solution here."""
    file: Path = assignment.solution / assignment.files[0].name
    if zygote is None or not file.is_file():
        return None
    solution = SubmittedFiles(
        student=REFERENCE_NAME,
        assignment=assignment.id,
        files={file.name: file.read_bytes()},
        digest=REFERENCE_NAME,
    )
    return Reference(solution, zygote, run)


class SecondLook:
    """The second decision on how a check of one submission ended, with the reference beside it."""

    def __init__(self, reference: Reference, grader: Grader, session: WorkerSession) -> None:
        self._reference = reference
        self._grader = grader
        self._session = session
        reference.lengthened = {}
        self._settled: set[TimeLimit] = set()  # limits that are long enough for the reference

    def __call__(
        self, item: pytest.Item, error: BaseException, feedback: Feedback
    ) -> BaseException | None:
        """Return how the check ends: as it did, or as it does with enough time.

        An error in the grader's own code is put down to the student where the reference passes.
        """
        try:
            if isinstance(error, TimeExceeded) and self.needs_more_time(error.limit, item):
                return self._grader.run_check(item, self._session, feedback)
            if self._grader.results.is_unexpected(error):
                return self._attributed(item, error)
        except SandboxLost as lost:
            self._session.note_lost(str(lost))
            raise
        return error

    def _attributed(self, item: pytest.Item, error: BaseException) -> BaseException:
        """Return an error of the grader, as the student's where the reference passes the check."""
        output = self._session.take_output()
        if not self._reference.knows(item):
            self._session.drop_worker()  # two workers at once may be too many for the machine
        if not self._reference.passes(self._grader, item):
            return error
        denied = Denied(trace(error)[-MAX_EVIDENCE_CHARS:], reason=DeniedReason.WRONG_KIND)
        denied.output = output
        return denied

    def needs_more_time(self, limit: TimeLimit, item: pytest.Item | None = None) -> bool:
        """Return whether a limit is too short for this machine.

        It is then longer, and the check may be run again.
        """
        if limit in self._settled:
            return False
        self._session.drop_worker()
        stated = self._session.limits
        longer = self._longer(limit, item)
        if longer == stated:
            self._settled |= {limit} - LOCAL_LIMITS
            return False
        for name in (field.name for field in fields(Limits)):
            if getattr(longer, name) != getattr(stated, name):
                self._reference.lengthened[name] = round(getattr(longer, name), 1)
        logger.info("retry: the limit %s is too short on this machine", limit)
        self._session.ask_again(longer)
        return True

    def _longer(self, limit: TimeLimit, item: pytest.Item | None) -> Limits:
        """Return the limits, the one that ran out at least as long as the reference shows."""
        if limit is TimeLimit.IMPORT:
            return self._for_import()
        if item is None:
            return self._session.limits
        if limit is TimeLimit.CHECK:
            return self._for_check(item)
        if limit is TimeLimit.CPU:
            return self._for_cpu(item)
        if limit in (TimeLimit.SUBMISSION, TimeLimit.RESERVE):
            return self._for_submission()
        return self._session.limits

    def _for_import(self) -> Limits:
        limits = self._session.limits
        seconds = MIN_LIMIT_FACTOR * self._reference.timing(self._grader, []).workers
        return replace(limits, wall_import=max(limits.wall_import, seconds))

    def _for_check(self, item: pytest.Item) -> Limits:
        limits = self._session.limits
        seconds = MIN_LIMIT_FACTOR * self._reference.timing(self._grader, [item]).answers
        return replace(limits, wall_check=max(limits.wall_check, seconds))

    def _for_cpu(self, item: pytest.Item) -> Limits:
        limits, criterion = self._session.limits, criterion_of(item)
        items = [other for other in self._grader.items if criterion_of(other) == criterion]
        seconds = MIN_LIMIT_FACTOR * self._reference.timing(self._grader, items).answers
        return replace(limits, cpu=max(limits.cpu, round(seconds)))

    def _for_submission(self) -> Limits:
        limits = self._session.limits
        items = [item for item in self._grader.items if not measures(item)]
        whole = self._reference.timing(self._grader, items)
        reserve = MIN_LIMIT_FACTOR * (whole.workers + whole.judge)
        return replace(
            limits,
            wall_submission=max(limits.wall_submission, MIN_LIMIT_FACTOR * whole.answers),
            reserve=max(limits.reserve, reserve),
        )


def _multiplied(limits: Limits, factor: int) -> Limits:
    return replace(
        limits,
        wall_import=limits.wall_import * factor,
        wall_check=limits.wall_check * factor,
        wall_submission=limits.wall_submission * factor,
        reserve=limits.reserve * factor,
        cpu=limits.cpu * factor,
    )
