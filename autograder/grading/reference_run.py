"""The reference: the solution, run through a check before time or a stumble is blamed on anybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pytest

from autograder.checks.feedback import Feedback
from autograder.checks.pytest_plugin import criterion_of, measures
from autograder.errors import Denied, SandboxLost, StudentError, TimeExceeded
from autograder.grading.check_results import MAX_EVIDENCE_CHARS, trace
from autograder.grading.grader import WRONG_KIND, Grader
from autograder.grading.worker_session import Examination
from autograder.model import Assignment, Limits, Run, SubmittedFiles
from autograder.sandbox.launch import Zygote

REFERENCE_FACTOR = (
    5  # a limit of time is at least so many times what the solution takes on this machine
)
REFERENCE_PATIENCE = 10  # times the stated limits that the solution itself may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What checks took on the solution, in seconds, and which of them it passed."""

    passed: frozenset[str]
    answers: float
    workers: float  # starting them, and importing the solution
    judge: float


class Reference:
    """The solution of one assignment, examined when a hand-in gives reason to."""

    def __init__(self, solution: SubmittedFiles, zygote: Zygote, run: Run) -> None:
        self._solution = solution
        self._zygote = zygote
        self._run = run
        self.lengthened: dict[
            str, float
        ] = {}  # limits that were too short for the last hand-in, in seconds
        self._passes: dict[str, bool] = {}  # by check; the inputs are the same each time

    def knows(self, item: pytest.Item) -> bool:
        """Whether a check was run on the solution before."""
        return item.name in self._passes

    def passes(self, grader: Grader, item: pytest.Item) -> bool:
        """Whether the solution passes a check here."""
        if not self.knows(item):
            self._passes[item.name] = item.name in self.timing(grader, [item]).passed
        return self._passes[item.name]

    def timing(self, grader: Grader, items: Iterable[pytest.Item]) -> Timing:
        """Run checks on the solution, now; SandboxLost where the sandbox broke meanwhile."""
        patient = replace(
            grader.assignment, limits=_longer(grader.assignment.limits, REFERENCE_PATIENCE)
        )
        examination = Examination(patient, self._solution, self._zygote, self._run)
        record = Feedback(texts=grader.texts, lang=grader.lang)
        passed, spent = set(), []
        try:
            examination.try_import()
            spent.append(examination.spent)
            for item in items:
                if grader.run_check(item, examination, record) is None:
                    passed.add(item.name)
                spent.append(examination.spent)
        except StudentError:  # a solution that cannot be imported speaks for nobody
            spent.append(examination.spent)
        finally:
            examination.close()
        if examination.lost:
            raise SandboxLost(examination.lost)
        return Timing(
            passed=frozenset(passed),
            answers=sum(each.answers for each in spent),
            workers=sum(each.workers for each in spent),
            judge=sum(each.judge for each in spent),
        )


def reference_of(assignment: Assignment, zygote: Zygote | None, run: Run) -> Reference | None:
    """The reference of an assignment; None where it runs no code, or has no solution here."""
    file: Path = assignment.solution / assignment.files[0].name
    if zygote is None or not file.is_file():
        return None
    files = {file.name: file.read_bytes()}
    solution = SubmittedFiles(
        student="reference", assignment=assignment.id, files=files, digest="reference"
    )
    return Reference(solution, zygote, run)


class SecondLook:
    """Looks again at how a check ended for one hand-in, with the reference beside it."""

    def __init__(self, reference: Reference, grader: Grader, examination: Examination) -> None:
        self._reference = reference
        self._grader = grader
        self._examination = examination
        reference.lengthened = {}
        self._settled: set[str] = (
            set()
        )  # limits that are long enough for the reference, as far as was looked

    def __call__(
        self, item: pytest.Item, error: BaseException, record: Feedback
    ) -> BaseException | None:
        """How the check ends: as it did, or as it does with time enough; a stumble is whose the
        reference says.
        """
        try:
            if isinstance(error, TimeExceeded) and self.needs_more_time(error.kind, item):
                return self._grader.run_check(item, self._examination, record)
            if self._grader.results.is_unexpected(error):
                return self._whose(item, error)
        except SandboxLost as lost:
            self._examination.lost = str(lost)
            raise
        return error

    def _whose(self, item: pytest.Item, stumble: BaseException) -> BaseException:
        """A stumble as it is, which is ours, or as the student's, where the reference passes the
        same check.
        """
        output = self._examination.take_output()
        if not self._reference.knows(item):
            self._examination.drop_worker()  # two workers at once may be too many for the machine
        if not self._reference.passes(self._grader, item):
            return stumble
        denied = Denied(trace(stumble)[-MAX_EVIDENCE_CHARS:], kind=WRONG_KIND)
        denied.output = output
        return denied

    def needs_more_time(self, limit: str, item: pytest.Item | None = None) -> bool:
        """Whether a limit is too short for this machine; then it is longer, and the check may be
        run again.
        """
        if limit in self._settled:
            return False
        self._examination.drop_worker()
        stated = self._examination.limits
        longer = self._longer(limit, item)
        if longer == stated:
            self._settled |= {limit} - {
                "check",
                "cpu",
            }  # these two are other ones for each check or criterion
            return False
        for name in (field.name for field in fields(Limits)):
            if getattr(longer, name) != getattr(stated, name):
                self._reference.lengthened[name] = round(getattr(longer, name), 1)
        self._examination.ask_again(longer)
        return True

    def _longer(self, limit: str, item: pytest.Item | None) -> Limits:
        """The limits, with the one that ran out at least as long as the reference says."""
        limits, grader = self._examination.limits, self._grader
        if limit == "import":
            seconds = REFERENCE_FACTOR * self._reference.timing(grader, []).workers
            return replace(limits, wall_import=max(limits.wall_import, seconds))
        if item is None:
            return limits
        if limit == "check":
            seconds = REFERENCE_FACTOR * self._reference.timing(grader, [item]).answers
            return replace(limits, wall_check=max(limits.wall_check, seconds))
        if limit == "cpu":
            alike = [each for each in grader.items if criterion_of(each) == criterion_of(item)]
            seconds = REFERENCE_FACTOR * self._reference.timing(grader, alike).answers
            return replace(limits, cpu=max(limits.cpu, round(seconds)))
        if limit in ("submission", "reserve"):
            whole = self._reference.timing(
                grader, [each for each in grader.items if not measures(each)]
            )
            of_reserve = REFERENCE_FACTOR * (whole.workers + whole.judge)
            return replace(
                limits,
                wall_submission=max(limits.wall_submission, REFERENCE_FACTOR * whole.answers),
                reserve=max(limits.reserve, of_reserve),
            )
        return limits


def _longer(limits: Limits, times: int) -> Limits:
    return replace(
        limits,
        wall_import=limits.wall_import * times,
        wall_check=limits.wall_check * times,
        wall_submission=limits.wall_submission * times,
        reserve=limits.reserve * times,
        cpu=limits.cpu * times,
    )
