"""A student's own run: the public checks on a file, in this process, without sandbox and marks."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from autograder.checks.pretrained import serving_weights
from autograder.errors import CourseError, StudentError
from autograder.grading.findings import broken_cell_finding, import_finding, remark_finding
from autograder.grading.grader import Grader, with_grader
from autograder.model import Assignment, CheckResult, Course, Criterion, Lang, Limits, Outcome, Run
from autograder.student.files import HandInFiles, gather
from autograder.student.in_process import InProcessSession, put_back
from autograder.student.watchdog import end_process
from autograder.text.sentences import say

T = TypeVar("T")

TIME_FACTOR = 3  # a student's machine may be so many times slower than the one that grades


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRun:
    """The results of a student's own run."""

    hand_in: HandInFiles
    findings: tuple[CheckResult, ...]  # about the files as a whole
    results: tuple[CheckResult, ...]
    seconds: float  # that it took
    ended_at: datetime  # by the student's own clock
    printed: str = ""  # while the file was imported

    @property
    def assignment(self) -> Assignment:
        """Return the assignment that was checked."""
        return self.hand_in.assignment

    @property
    def by_criterion(self) -> list[tuple[Criterion, list[CheckResult]]]:
        """Return each criterion with the results of its checks."""
        return [
            (criterion, [result for result in self.results if result.criterion == criterion.id])
            for criterion in self.assignment.criteria
        ]

    @property
    def passed(self) -> bool:
        """Return whether everything that was checked passed, and something was checked."""
        return bool(self.results) and all(
            result.outcome is Outcome.PASSED for result in self.results
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicChecks:
    """The public checks of an assignment, collected; they may run many times."""

    grader: Grader
    lang: Lang
    give_up: Callable[[], None]  # called over code that cannot be stopped

    def run(
        self, hand_in: HandInFiles, is_superseded: Callable[[], bool] = lambda: False
    ) -> OwnRun:
        """Run the checks on a student's files; Superseded once `is_superseded` is true."""
        assignment, started = self.grader.assignment, time.monotonic()
        student_session = InProcessSession(
            assignment, hand_in.submission, is_superseded, self.give_up
        )
        with put_back(assignment.hidden_packages, hand_in.file):
            findings, results, printed = self._examine(student_session, hand_in)
        gc.collect()  # the models of an earlier run
        return OwnRun(
            hand_in=hand_in,
            findings=(*hand_in.findings, *findings),
            results=tuple(results),
            seconds=time.monotonic() - started,
            ended_at=datetime.now(),
            printed=printed,
        )

    def _examine(
        self, student_session: InProcessSession, hand_in: HandInFiles
    ) -> tuple[list[CheckResult], list[CheckResult], str]:
        assignment = hand_in.assignment
        if not hand_in.has_source:
            return [], self.grader.blocked_by(assignment.files[0].name).results, ""
        broken: list[StudentError] = []
        if assignment.runs_code:
            try:
                broken = student_session.load(hand_in.shown_name)
            except StudentError as error:
                finding = import_finding(error, self.grader.assignment, self.lang)
                blocked = self.grader.blocked_by(say("findings", "import", self.lang))
                return [finding], blocked.results, student_session.take_output()
        printed = student_session.take_output()
        examined = self.grader.examine(student_session, Run(lang=self.lang))
        findings = [broken_cell_finding(error, self.lang) for error in broken]
        findings += examined.feedback.messages
        for key, frame in sorted(student_session.remarks.items()):
            findings.append(remark_finding(key, frame, self.lang))
        return findings, examined.results, printed


def with_checks(
    course: Course,
    assignment: Assignment,
    lang: Lang,
    give_up: Callable[[], None],
    body: Callable[[PublicChecks], T],
) -> T:
    """Collect an assignment's public checks and call `body` with them; CourseError without any."""
    if not any(assignment.public.glob("test_*.py")):
        raise CourseError(say("check", "no_checks", lang, id=assignment.id))
    extended = replace(assignment, limits=_extended(assignment.limits))

    def begin(grader: Grader) -> T:
        return body(PublicChecks(grader=grader, lang=lang, give_up=give_up))

    with _preserved_folder(), serving_weights(assignment.warm_packages):
        return with_grader(course, extended, assignment.public, lang, begin)


@contextmanager
def _preserved_folder() -> Iterator[None]:
    """Let Python compile no file on disk: a student's folder stays as it is."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


def check(course: Course, assignment: Assignment, file: Path, lang: Lang) -> OwnRun:
    """Run the public checks once on a student's file, and those beside it."""
    hand_in = gather(file, course, assignment, lang)
    return with_checks(course, assignment, lang, end_process, lambda checks: checks.run(hand_in))


def _extended(limits: Limits) -> Limits:
    """Return the limits with more wall time."""
    walls = [field.name for field in fields(Limits) if field.name.startswith("wall_")]
    return replace(limits, **{name: getattr(limits, name) * TIME_FACTOR for name in walls})
