"""A judge: grades one hand-in after the other, and writes each result as soon as it is done."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from autograder.errors import SandboxLost
from autograder.grading.cache.data_digest import digest_of_data
from autograder.grading.check_results import trace
from autograder.grading.findings import our_fault
from autograder.grading.grade_submission import grade, sheet_of
from autograder.grading.graded import Graded
from autograder.grading.grader import Grader
from autograder.grading.size_limit import trimmed
from autograder.grading.standing_criteria import (
    StandingCriteria,
    joined,
    standing_criteria,
)
from autograder.grading.waiting import SetAside, ToGrade
from autograder.grading.workers.reference_run import Reference
from autograder.handin.intake import HandIn, read_hand_in
from autograder.model import Basis, CheckResult, Run, ScoreSheet, SubmittedFiles
from autograder.results import ResultError, read_result, result_path, to_json, write
from autograder.sandbox.launch import Zygote
from autograder.text.sentences import in_both, in_each

logger = logging.getLogger(__name__)


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

    def __call__(self, hand_in: ToGrade) -> Graded:
        """Grade a hand-in and write its result.

        OSError where it cannot be written, SandboxLost where the submission must be graded again.
        Any other error costs this submission alone.
        """
        if isinstance(hand_in, SetAside):
            return self.our_fault(hand_in, hand_in.evidence)
        started = time.monotonic()
        check_seconds: dict[str, float] = {}
        try:
            submission = self._read(hand_in)
            sheet, again = self._grade(submission, check_seconds)
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
        return Graded(
            sheet=sheet,
            seconds=seconds,
            lengthened=lengthened,
            check_seconds=check_seconds,
            graded_again=again,
        )

    def _read(self, hand_in: HandIn | SubmittedFiles) -> SubmittedFiles:
        """Return the files of a hand-in, which another machine may have read before."""
        if isinstance(hand_in, SubmittedFiles):
            return hand_in
        return read_hand_in(hand_in, self.grader.assignment, self.run.lang)

    def _grade(
        self, submission: SubmittedFiles, check_seconds: dict[str, float]
    ) -> tuple[ScoreSheet, frozenset[str]]:
        """Grade a submission; return its sheet within the size limit of result files.

        Where only the graders of some criteria changed since an earlier sheet, these alone are
        graded, and named. The sheet is the same as if all were; where that is not certain, all are.
        """
        standing = self._standing(submission)
        if standing is not None:
            sheet = joined(self._sheet(submission, check_seconds, standing.results), standing)
            if sheet is not None:
                return trimmed(sheet), standing.graded_again
            logger.info("%s: all criteria are graded again", submission.student)
            check_seconds.clear()
        return trimmed(self._sheet(submission, check_seconds)), frozenset()

    def _standing(self, submission: SubmittedFiles) -> StandingCriteria | None:
        """Return what holds of the sheet in OUT; None: nothing does."""
        if self.run.out is None or self.zygote is None:
            return None
        path = result_path(self.run.out, submission.student, submission.assignment)
        try:
            before = read_result(path, self.run.lang)
        except (OSError, ResultError):
            return None
        data = digest_of_data(self.grader.assignment, self.run)
        present = (self.run, self.basis, submission.digest, data)
        return standing_criteria(before, self.grader, *present)

    def _sheet(
        self,
        submission: SubmittedFiles,
        check_seconds: dict[str, float],
        standing: Mapping[str, CheckResult] = MappingProxyType({}),
    ) -> ScoreSheet:
        return grade(
            self.grader,
            submission,
            self.zygote,
            self.run,
            self.basis,
            reference=self.reference,
            is_last=self.is_last,
            seconds=check_seconds,
            standing=standing,
        )

    def our_fault(self, hand_in: ToGrade, evidence: str) -> Graded:
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


def _name(hand_in: ToGrade) -> str:
    return f"{hand_in.student}/{hand_in.assignment}"


def save(sheet: ScoreSheet, run: Run) -> None:
    """Write the result file, whole or not at all."""
    if run.out is not None:
        write(result_path(run.out, sheet.student, sheet.assignment), to_json(sheet))
