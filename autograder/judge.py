"""A judge: grades one hand-in after the other, and writes each result as soon as it is done."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.errors import UNMEASURED, SandboxLost
from autograder.findings import our_fault
from autograder.grade import digest_of_data, grade, sheet_of
from autograder.grader import Grader, trace
from autograder.intake import HandIn, read
from autograder.model import LEVELS, Assignment, Level, Run, ScoreSheet, Submission
from autograder.reference import Reference
from autograder.results import ResultError, read_result, result_path, to_json, write
from autograder.sandbox.launch import Zygote
from autograder.trimming import trimmed


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A finished submission."""

    sheet: ScoreSheet
    seconds: float
    reused: bool = False  # its result file was there already, made from the same inputs
    lengthened: Mapping[str, float] = field(default_factory=dict)  # limits longer than stated, in seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What a judge process needs to grade one hand-in after the other."""

    grader: Grader
    zygote: Zygote | None  # None: the assignment runs no code
    run: Run
    digest: str
    reference: Reference | None = None  # None: time and stumbles are taken as they are, so that `verify` sees them
    is_last: bool = False  # nobody grades after it what it could not

    @property
    def allowed(self) -> Level:
        """The weakest sandbox level whose results count."""
        return allowed_level(self.grader.assignment, self.run)

    def __call__(self, hand_in: HandIn) -> Graded:
        """Grade a hand-in, or take the result that is there already; write it as soon as it is done.

        OSError where it cannot be written, SandboxLost where the submission must be graded again; whatever else
        goes wrong costs this submission alone.
        """
        started = time.monotonic()
        try:
            submission = read(hand_in, self.grader.assignment, self.run.lang)
            finished = existing_sheet(submission, self)
            if finished is not None:
                return Graded(sheet=finished, seconds=0.0, reused=True)
            sheet = grade(
                *(self.grader, submission, self.zygote, self.run, self.digest),
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
        return Graded(sheet=sheet, seconds=time.monotonic() - started, lengthened=lengthened)

    def our_fault(self, hand_in: HandIn, evidence: str) -> Graded:
        """A submission that we failed to grade: never scored, always reviewed."""
        assignment, lang = self.grader.assignment, self.run.lang
        unread = Submission(student=hand_in.student, assignment=assignment.id, files={}, digest="")
        findings = [our_fault(evidence, lang)]
        results = self.grader.blocked_by(findings[0].message).results
        sheet = trimmed(sheet_of(assignment, unread, results, findings, self.run, self.digest))
        save(sheet, self.run)
        return Graded(sheet=sheet, seconds=0.0)


def save(sheet: ScoreSheet, run: Run) -> None:
    """Write the result file, whole or not at all."""
    if run.out is not None:
        write(result_path(run.out, sheet.student, sheet.assignment), to_json(sheet))


def allowed_level(assignment: Assignment, run: Run) -> Level:
    """The weakest sandbox level that is accepted: the run's, or else the assignment's."""
    return run.allowed or assignment.sandbox


def existing_sheet(submission: Submission, judge: Judge) -> ScoreSheet | None:
    """The finished sheet of an earlier run over the same bytes, graders, data, seed and language, if it stands.

    One that was made in a weaker sandbox than the judge's does not, nor one whose measurement ran out of time.
    """
    run = judge.run
    if run.out is None:
        return None
    try:
        sheet = read_result(result_path(run.out, submission.student, submission.assignment))
    except (OSError, ResultError):
        return None
    made_from = (sheet.submission_digest, sheet.grader_digest, sheet.data_digest, sheet.seed, sheet.lang)
    data = digest_of_data(judge.grader.assignment, run)
    level = sheet.confinement.level if sheet.confinement is not None else "A"
    stands = (
        made_from == (submission.digest, judge.digest, data, run.seed, run.lang)
        and (sheet.student, sheet.assignment) == (submission.student, submission.assignment)
        and sheet.status != "needs_review"
        and not any(check.evidence.startswith(UNMEASURED) for score in sheet.scores for check in score.checks)
        and LEVELS.index(level) <= LEVELS.index(judge.allowed)
    )
    return sheet if stands else None
