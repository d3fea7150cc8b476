"""Grading for one nbgrader command: `autograder grade` in its own process, for all students."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import HostError
from autograder.grading.cache.earlier_results import language_of
from autograder.grading.cache.fingerprint import basis_of
from autograder.handin.intake import HandIn, read_hand_in
from autograder.integrations.gradebook import GradebookEntry, entries_of
from autograder.model import (
    Assignment,
    Course,
    Decisions,
    Outcome,
    ScoreSheet,
    SubmittedFiles,
)
from autograder.results import ResultError, read_result, result_path
from autograder.scoring.overrides import MARKS_FILE, read_marks

# Exit codes of `grade` with results: of all, of all but some, some of them for review.
EXIT_CODES_WITH_RESULTS = (0, 1, 3)
SHOWN_OUTPUT_LINES = 5  # the last ones of a run that failed


@dataclass(slots=True, kw_only=True)
class NbgraderBatch:
    """One assignment's hand-ins in nbgrader's `submitted`.

    All are graded when the first one is requested.
    """

    course: Course
    submitted: Path
    out: Path
    assignment: Assignment
    students: Sequence[str]  # empty: all
    options: Sequence[str]
    log: Callable[[str], None]
    _exit_code: int | None = None  # None: not graded yet
    _output: list[str] = field(default_factory=list)  # lines

    def graded(self, student: str) -> tuple[tuple[GradebookEntry, ...], SubmittedFiles]:
        """Return the student's criteria and the graded files.

        Raises HostError if the result is missing, or not of the files that are there now.
        """
        if self._exit_code is None:
            self._grade()
        if self._exit_code not in EXIT_CODES_WITH_RESULTS:
            raise HostError("\n".join(["nothing was graded:", *self._output[-SHOWN_OUTPUT_LINES:]]))
        sheet = self._read_sheet(student)
        path = self.submitted / student / self.assignment.id
        hand_in = HandIn(student=student, assignment=self.assignment.id, path=path)
        submission = read_hand_in(hand_in, self.assignment, sheet.lang)
        _require_complete(sheet, submission, self.assignment)
        decisions = self._read_decisions().get(student, Decisions())
        return entries_of(sheet, decisions), submission

    def _read_sheet(self, student: str) -> ScoreSheet:
        """Return the student's sheet by the current graders.

        Raises HostError if there is none, with the output lines about the student.
        """
        path = result_path(self.out, student, self.assignment.id)
        try:
            sheet = read_result(path, language_of(self.out))
        except (OSError, ResultError) as error:
            reason = str(error)
        else:
            if sheet.basis == basis_of(self.course, self.assignment):
                return sheet
            reason = "by older graders, not by this run"
        lines = [line for line in self._output if student in line]
        problem = f"{student}: {self.assignment.id}: was not graded: {reason}"
        raise HostError("\n".join([problem, *lines]))

    def _read_decisions(self) -> dict[str, Decisions]:
        file = self.submitted / MARKS_FILE
        return read_marks(file, self.course.rubric, None) if file.exists() else {}

    def _grade(self) -> None:
        # -P: nbgrader runs in its course directory, where Python would look for modules first.
        command = [
            *(sys.executable, "-P", "-m", "autograder", "grade", str(self.submitted)),
            *("--out", str(self.out), "--course", str(self.course.root)),
            *("--assignment", self.assignment.id, *self.options),
        ]
        for student in self.students:
            command += ["--student", student]
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                self._output.append(line.rstrip())
                self.log(line.rstrip())
        self._exit_code = process.returncode


def _require_complete(
    sheet: ScoreSheet, submission: SubmittedFiles, assignment: Assignment
) -> None:
    """Raise HostError for a fault of ours, for another submission's sheet, or missing criteria."""
    place = f"{sheet.student}: {sheet.assignment}"
    checks = list(sheet.findings)
    for score in sheet.scores:
        checks += score.checks
    faults = [
        check.evidence or check.message for check in checks if check.outcome is Outcome.GRADER_ERROR
    ]
    if faults or sheet.status == "needs_review":
        reason = faults[0] if faults else "a criterion has no result"
        raise HostError(
            f"{place}: a fault of the grader, not of the student; nothing is scored: {reason}"
        )
    if (sheet.student, sheet.submission_digest) != (submission.student, submission.digest):
        raise HostError(
            f"{place}: the result belongs to other files than those in submitted/; autograde again"
        )
    scored = {score.criterion for score in sheet.scores}
    if scored != {criterion.id for criterion in assignment.criteria}:
        raise HostError(
            f"{place}: the result does not hold exactly the assignment's criteria; autograde again"
        )
