"""A judge: grades one hand-in after the other, and writes each result as soon as it is done."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from autograder.errors import SandboxLost
from autograder.grading.findings import our_fault
from autograder.grading.grade_submission import digest_of_data, grade, sheet_of
from autograder.grading.grader import Grader, trace
from autograder.grading.invalidation import causes
from autograder.grading.reference_run import Reference
from autograder.grading.size_limit import trimmed
from autograder.handin.intake import HandIn, read_hand_in
from autograder.model import Assignment, Basis, Level, Run, ScoreSheet, SubmittedFiles
from autograder.results import ResultError, read_result, result_path, to_json, write
from autograder.sandbox.launch import Zygote
from autograder.text.sentences import in_both, in_each


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A finished submission."""

    sheet: ScoreSheet
    seconds: float
    reused: bool = False  # its result file was there already, made from the same inputs
    lengthened: Mapping[str, float] = field(
        default_factory=dict
    )  # limits longer than stated, in seconds
    causes: tuple[str, ...] = ()  # why the result that was there does not stand any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What a judge process needs to grade one hand-in after the other."""

    grader: Grader
    zygote: Zygote | None  # None: the assignment runs no code
    run: Run
    basis: Basis
    reference: Reference | None = (
        None  # None: time and stumbles are taken as they are, so that `verify` sees them
    )
    is_last: bool = False  # nobody grades after it what it could not

    @property
    def allowed(self) -> Level:
        """The weakest sandbox level whose results count."""
        return allowed_level(self.grader.assignment, self.run)

    def __call__(self, hand_in: HandIn) -> Graded:
        """Grade a hand-in, or take the result that is there already; write it as soon as it is
        done.

        OSError where it cannot be written, SandboxLost where the submission must be graded again;
        whatever else goes wrong costs this submission alone.
        """
        started = time.monotonic()
        try:
            submission = read_hand_in(hand_in, self.grader.assignment, self.run.lang)
            before = existing_sheet(submission, self.run)
            why = () if before is None else self._causes(before, submission)
            if before is not None and not why:
                return Graded(sheet=before, seconds=0.0, reused=True)
            sheet = grade(
                *(self.grader, submission, self.zygote, self.run, self.basis),
                reference=self.reference,
                is_last=self.is_last,
            )
        except SandboxLost:
            raise
        except Exception as error:
            return self.our_fault(hand_in, trace(error))
        sheet = trimmed(sheet)
        save(sheet, self.run)
        lengthened = self.reference.lengthened if self.reference is not None else {}
        return Graded(
            sheet=sheet, seconds=time.monotonic() - started, lengthened=lengthened, causes=why
        )

    def _causes(self, before: ScoreSheet, submission: SubmittedFiles) -> tuple[str, ...]:
        """Why the sheet that is there does not stand for this submission."""
        data = digest_of_data(self.grader.assignment, self.run)
        return tuple(
            causes(before, submission.digest, self.basis, data, self.run.seed, self.allowed)
        )

    def our_fault(self, hand_in: HandIn, evidence: str) -> Graded:
        """A submission that we failed to grade: never scored, always reviewed."""
        assignment, lang = self.grader.assignment, self.run.lang
        unread = SubmittedFiles(
            student=hand_in.student, assignment=assignment.id, files={}, digest=""
        )
        finding = in_both(partial(our_fault, evidence), lang)
        by = in_each(lambda each: (finding if each == lang else finding.translated()).message)
        results, findings = self.grader.blocked_by(by).results, [finding]
        sheet = trimmed(sheet_of(assignment, unread, results, findings, self.run, self.basis))
        save(sheet, self.run)
        return Graded(sheet=sheet, seconds=0.0)


def save(sheet: ScoreSheet, run: Run) -> None:
    """Write the result file, whole or not at all."""
    if run.out is not None:
        write(result_path(run.out, sheet.student, sheet.assignment), to_json(sheet))


def allowed_level(assignment: Assignment, run: Run) -> Level:
    """The weakest sandbox level that is accepted: the run's, or else the assignment's."""
    return run.allowed or assignment.sandbox


def existing_sheet(submission: SubmittedFiles, run: Run) -> ScoreSheet | None:
    """The sheet of an earlier run for this student and assignment; None where none can be read."""
    if run.out is None:
        return None
    try:
        sheet = read_result(
            result_path(run.out, submission.student, submission.assignment), run.lang
        )
    except (OSError, ResultError):
        return None
    is_theirs = (sheet.student, sheet.assignment) == (submission.student, submission.assignment)
    return sheet if is_theirs else None
