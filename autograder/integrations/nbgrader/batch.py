"""Grading for one nbgrader command: `autograder grade`, run once, in a process of its own, for all
students.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import HostError
from autograder.grading.cache import language_of
from autograder.grading.fingerprint import basis_of
from autograder.handin.intake import HandIn, read
from autograder.integrations.gradebook import Entry, entries_of
from autograder.model import (
    Assignment,
    CheckResult,
    Course,
    Decisions,
    Outcome,
    ScoreSheet,
    SubmittedFiles,
)
from autograder.results import ResultError, read_result, result_path
from autograder.scoring.overrides import MARKS_FILE, read_marks

DONE = (
    0,
    1,
    3,
)  # exit codes after which there are results: of all, of all but some, some of them for review


@dataclass(slots=True, kw_only=True)
class Batch:
    """One assignment's hand-ins in nbgrader's `submitted`, graded together when the first of them
    is asked for.
    """

    course: Course
    submitted: Path
    out: Path
    assignment: Assignment
    students: Sequence[str]  # empty: all
    options: Sequence[str]
    say: Callable[[str], None]
    _ended: int | None = None  # the exit code
    _told: list[str] = field(default_factory=list)

    def graded(self, student: str) -> tuple[tuple[Entry, ...], SubmittedFiles]:
        """The student's criteria, and what they were graded from; HostError unless that is what is
        there now.
        """
        if self._ended is None:
            self._grade()
        if self._ended not in DONE:
            raise HostError("\n".join(["nothing was graded:", *self._told[-5:]]))
        sheet = self._sheet(student)
        path = self.submitted / student / self.assignment.id
        hand_in = HandIn(student=student, assignment=self.assignment.id, path=path)
        submission = read(hand_in, self.assignment, sheet.lang)
        _require_whole(sheet, submission, self.assignment)
        return entries_of(sheet, self._decided().get(student, Decisions())), submission

    def _sheet(self, student: str) -> ScoreSheet:
        """The student's sheet by the present graders; HostError without one, with what was said of
        the student.
        """
        try:
            sheet = read_result(
                result_path(self.out, student, self.assignment.id), language_of(self.out)
            )
            why = "by older graders, not by this run"
        except (OSError, ResultError) as error:
            sheet, why = None, str(error)
        if sheet is None or sheet.basis != basis_of(self.course, self.assignment):
            said = [line for line in self._told if student in line]
            raise HostError(
                "\n".join([f"{student}: {self.assignment.id}: was not graded: {why}", *said])
            )
        return sheet

    def _decided(self) -> dict[str, Decisions]:
        file = self.submitted / MARKS_FILE
        return read_marks(file, self.course.rubric, None) if file.exists() else {}

    def _grade(self) -> None:
        # -P: nbgrader works in its course directory, and Python would look for modules there first.
        words = [
            sys.executable,
            "-P",
            "-m",
            "autograder",
            "grade",
            self.submitted,
            "--out",
            self.out,
        ]
        words += ["--course", self.course.root, "--assignment", self.assignment.id, *self.options]
        words += [word for student in self.students for word in ("--student", student)]
        with subprocess.Popen(
            list(map(str, words)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                self._told.append(line.rstrip())
                self.say(line.rstrip())
        self._ended = process.returncode


def _require_whole(sheet: ScoreSheet, submission: SubmittedFiles, assignment: Assignment) -> None:
    """HostError where a fault of ours kept something from being scored, or the sheet is another
    submission's.
    """
    who = f"{sheet.student}: {sheet.assignment}"
    checks: list[CheckResult] = [
        *sheet.findings,
        *(check for score in sheet.scores for check in score.checks),
    ]
    faults = [c.evidence or c.message for c in checks if c.outcome is Outcome.GRADER_ERROR]
    if faults or sheet.status == "needs_review":
        why = next(iter(faults), "a criterion has no result")
        raise HostError(
            f"{who}: a fault of the grader, not of the student; nothing is scored: {why}"
        )
    if (sheet.student, sheet.submission_digest) != (submission.student, submission.digest):
        raise HostError(
            f"{who}: the result belongs to other files than those in submitted/; autograde again"
        )
    if {s.criterion for s in sheet.scores} != {c.id for c in assignment.criteria}:
        raise HostError(
            f"{who}: the result does not hold exactly the assignment's criteria; autograde again"
        )
