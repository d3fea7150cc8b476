"""A judge: grades one hand-in after the other, and writes each result as soon as it is done."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from autograder.errors import SandboxLost
from autograder.grading.cache.invalidation import causes
from autograder.grading.check_results import trace
from autograder.grading.findings import our_fault
from autograder.grading.grade_submission import digest_of_data, grade, sheet_of
from autograder.grading.grader import Grader
from autograder.grading.size_limit import trimmed
from autograder.grading.workers.reference_run import Reference
from autograder.handin.intake import HandIn, read_hand_in
from autograder.model import Assignment, Basis, Level, Run, ScoreSheet, SubmittedFiles
from autograder.results import ResultError, read_result, result_path, to_json, write
from autograder.sandbox.launch import Zygote
from autograder.text.sentences import in_both, in_each

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A finished submission."""

    sheet: ScoreSheet
    seconds: float  # that grading took, on the wall clock
    reused: bool = False  # its result file was there already, made from the same inputs
    # The limits of time that this machine needed longer than stated, in seconds.
    lengthened: Mapping[str, float] = field(default_factory=dict)
    causes: tuple[str, ...] = ()  # why the result that was there was not valid any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What a judge process needs to grade one hand-in after the other."""

    grader: Grader
    zygote: Zygote | None  # None: the assignment runs no code
    run: Run
    basis: Basis
    # None: limits and unexpected errors are taken as they are, so that `verify` sees them.
    reference: Reference | None = None
    is_last: bool = False  # a submission that is lost now is not graded again

    @property
    def allowed(self) -> Level:
        """The weakest sandbox level whose results count."""
        return allowed_level(self.grader.assignment, self.run)

    def __call__(self, hand_in: HandIn) -> Graded:
        """Grade a hand-in and write its result, or reuse the result that is there.

        OSError where it cannot be written, SandboxLost where the submission must be graded again.
        Any other error costs this submission alone.
        """
        started = time.monotonic()
        try:
            submission = read_hand_in(hand_in, self.grader.assignment, self.run.lang)
            before = existing_sheet(submission, self.run)
            reasons = () if before is None else self._causes(before, submission)
            if before is not None and not reasons:
                logger.info("%s: cache hit: its result is reused", _name(hand_in))
                return Graded(sheet=before, seconds=0.0, reused=True)
            if reasons:
                logger.info("%s: cache miss: %s", _name(hand_in), "; ".join(reasons))
            sheet = self._grade(submission)
        except SandboxLost:
            raise
        except Exception as error:
            return self.our_fault(hand_in, trace(error))
        save(sheet, self.run)
        seconds = time.monotonic() - started
        logger.info(
            "%s: graded in %.2f s: %s of %s points, %s",
            *(_name(hand_in), seconds, sheet.earned, sheet.possible, sheet.status),
        )
        lengthened = self.reference.lengthened if self.reference is not None else {}
        return Graded(sheet=sheet, seconds=seconds, lengthened=lengthened, causes=reasons)

    def _grade(self, submission: SubmittedFiles) -> ScoreSheet:
        """Grade a submission; return its sheet within the size limit of result files."""
        sheet = grade(
            self.grader,
            submission,
            self.zygote,
            self.run,
            self.basis,
            reference=self.reference,
            is_last=self.is_last,
        )
        return trimmed(sheet)

    def _causes(self, before: ScoreSheet, submission: SubmittedFiles) -> tuple[str, ...]:
        """Return why the sheet that is there is not valid for this submission."""
        data = digest_of_data(self.grader.assignment, self.run)
        return tuple(
            causes(before, submission.digest, self.basis, data, self.run.seed, self.allowed)
        )

    def our_fault(self, hand_in: HandIn, evidence: str) -> Graded:
        """Return a submission that the harness failed to grade: never scored, always reviewed."""
        logger.error("%s: a fault of the harness: %s", _name(hand_in), evidence)
        assignment, lang = self.grader.assignment, self.run.lang
        unread = SubmittedFiles(
            student=hand_in.student, assignment=assignment.id, files={}, digest=""
        )
        finding = in_both(partial(our_fault, evidence), lang)
        reason = in_each(lambda other: (finding if other == lang else finding.translated()).message)
        results = self.grader.blocked_by(reason).results
        sheet = trimmed(sheet_of(assignment, unread, results, [finding], self.run, self.basis))
        save(sheet, self.run)
        return Graded(sheet=sheet, seconds=0.0)


def _name(hand_in: HandIn) -> str:
    return f"{hand_in.student}/{hand_in.assignment}"


def save(sheet: ScoreSheet, run: Run) -> None:
    """Write the result file, whole or not at all."""
    if run.out is not None:
        write(result_path(run.out, sheet.student, sheet.assignment), to_json(sheet))


def allowed_level(assignment: Assignment, run: Run) -> Level:
    """Return the weakest sandbox level that is accepted: the run's, or else the assignment's."""
    return run.allowed or assignment.sandbox


def existing_sheet(submission: SubmittedFiles, run: Run) -> ScoreSheet | None:
    """Return an earlier run's sheet of this student and assignment; None where none can be read."""
    if run.out is None:
        return None
    name = f"{submission.student}/{submission.assignment}"
    path = result_path(run.out, submission.student, submission.assignment)
    try:
        sheet = read_result(path, run.lang)
    except FileNotFoundError:
        logger.info("%s: cache miss: no earlier result", name)
        return None
    except (OSError, ResultError) as error:
        logger.info("%s: cache miss: the earlier result cannot be read: %s", name, error)
        return None
    if (sheet.student, sheet.assignment) != (submission.student, submission.assignment):
        other = f"{sheet.student}/{sheet.assignment}"
        logger.info("%s: cache miss: the earlier result belongs to %s", name, other)
        return None
    return sheet
