"""One submission, examined in workers, to its ScoreSheet."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from autograder.analysis.provenance import evidence_of
from autograder.errors import HostError, SandboxLost, StudentError, TimeExceeded
from autograder.grading.cache.data_digest import digest_of_data
from autograder.grading.compared_networks import comparisons
from autograder.grading.findings import (
    broken_cell_finding,
    import_finding,
    our_fault,
    remark_finding,
)
from autograder.grading.gates import withhold
from autograder.grading.grader import Examined, Grader
from autograder.grading.shown_work import curves_of, texts_of
from autograder.grading.workers.reference_run import Reference, SecondLook
from autograder.grading.workers.worker_session import WorkerSession
from autograder.grading.workers.worker_source import workers_of
from autograder.handin.intake.read_hand_in import no_code
from autograder.model import (
    Assignment,
    Basis,
    CheckResult,
    Likeness,
    Outcome,
    Run,
    ScoreSheet,
    SubmittedFiles,
)
from autograder.sandbox.launch import Zygote
from autograder.scoring.criteria import score, status
from autograder.text.sentences import in_both, in_each, say

logger = logging.getLogger(__name__)

IMPORT_WORDS = in_each(partial(say, "findings", "import"))
# How a check ends where its worker was stopped or died; the log says so.
WORKER_ENDS = (Outcome.TIMEOUT, Outcome.MEMORY, Outcome.CRASHED, Outcome.DENIED)


def grade(
    grader: Grader,
    submission: SubmittedFiles,
    zygote: Zygote | None,
    run: Run,
    basis: Basis,
    *,
    reference: Reference | None = None,
    is_last: bool = False,
    seconds: dict[str, float] | None = None,
    standing: Mapping[str, CheckResult] = MappingProxyType({}),
) -> ScoreSheet:
    """Examine one submission in workers of `zygote`, and return its sheet, whatever its code does.

    `zygote` is None for an assignment that runs no code. SandboxLost where the sandbox broke
    meanwhile, or may have; `is_last` says that the submission is not graded again then. The
    `reference` shows which errors are this machine's or the grader's. `seconds` gets how long
    each check took. Checks whose results are `standing`, by their ids, do not run.
    """
    assignment = grader.assignment
    session = WorkerSession(assignment, submission, workers_of(zygote), run, is_last=is_last)
    findings = list(submission.findings)
    second_look = SecondLook(reference, grader, session) if reference is not None else None
    try:
        examined = _examine(grader, session, findings, run, second_look, standing)
    except HostError as error:  # our machine failed in the middle of it
        examined = grader.blocked_by(IMPORT_WORDS)
        logger.error("%s/%s: this machine failed: %s", submission.student, assignment.id, error)
        findings.append(in_both(partial(our_fault, str(error)), run.lang))
    finally:
        session.close()
    if session.lost:
        raise SandboxLost(session.lost)
    if seconds is not None:
        seconds.update(examined.seconds)
    results = withhold(examined.results, grader.gates, run.lang)
    _log_problems(submission, findings, results)
    feedback = examined.feedback
    remarks = session.remarks.items()
    findings += feedback.messages
    findings += [
        in_both(partial(remark_finding, key, frame), run.lang) for key, frame in sorted(remarks)
    ]
    sheet = sheet_of(assignment, submission, results, findings, run, basis, session)
    source = evidence_of(assignment, submission.files, run.lang)
    return replace(
        sheet,
        notes=(*feedback.notes, *source.notes),
        likeness=Likeness(forms=(source.form,)) if source.form else feedback.likeness,
        networks=comparisons(feedback.compared, results),
        pictures=tuple(feedback.pictures),
        texts=texts_of(assignment, submission.files),
        curves=curves_of(submission.files),
        answers=tuple(feedback.answers),
        adjustments=tuple(feedback.adjustments),
        measurement=feedback.measurement,
    )


def _log_problems(
    submission: SubmittedFiles, findings: Sequence[CheckResult], results: Sequence[CheckResult]
) -> None:
    """Log the findings, and the checks over which a worker was stopped or died."""
    name = f"{submission.student}/{submission.assignment}"
    for finding in findings:
        if finding.outcome is not Outcome.PASSED:
            logger.info("%s: %s: %s: %s", name, finding.id, finding.outcome.value, finding.evidence)
    for result in results:
        if result.outcome in WORKER_ENDS:
            outcome, evidence = result.outcome.value, result.evidence
            logger.info("%s: a worker ended over %s: %s: %s", name, result.id, outcome, evidence)


def _examine(
    grader: Grader,
    session: WorkerSession,
    findings: list[CheckResult],
    run: Run,
    second_look: SecondLook | None,
    standing: Mapping[str, CheckResult],
) -> Examined:
    """Run all checks; an import that fails is one finding, and blocks them."""
    assignment = grader.assignment
    if not set(session.submission.files) & set(assignment.source_names):
        blocked = grader.blocked_by(assignment.files[0].name)
        unusable = {no_code(name) for name in assignment.source_names}
        known = [finding for finding in findings if finding.evidence in unusable]
        return _not_running(blocked, known[0], assignment) if known else blocked
    if assignment.runs_code:
        try:
            _import(session, second_look)
        except StudentError as error:
            finding = in_both(partial(import_finding, error, assignment), run.lang)
            findings.append(finding)
            blocked = grader.blocked_by(IMPORT_WORDS)
            return _not_running(blocked, finding, assignment)
    findings += [
        in_both(partial(broken_cell_finding, error), run.lang) for error in session.broken_cells
    ]
    if second_look is None:
        return grader.examine(session, run, standing=standing)
    return grader.examine(session, run, second_look, standing)


def _not_running(blocked: Examined, finding: CheckResult, assignment: Assignment) -> Examined:
    """Apply the assignment's penalty for code that does not run, if any, with its reason."""
    if assignment.does_not_run:
        also = finding.also.message if finding.also is not None else None
        blocked.feedback.apply(assignment.does_not_run, finding.message, also)
    return blocked


def _import(session: WorkerSession, second_look: SecondLook | None) -> None:
    """Import the student's file; once more where the time for it is too short on this machine."""
    try:
        session.try_import()
    except TimeExceeded as error:
        if second_look is None or not second_look.needs_more_time(error.limit):
            raise
        session.try_import()


def sheet_of(
    assignment: Assignment,
    submission: SubmittedFiles,
    results: Sequence[CheckResult],
    findings: Sequence[CheckResult],
    run: Run,
    basis: Basis,
    session: WorkerSession | None = None,
) -> ScoreSheet:
    """Return the score sheet of a submission's results."""
    scores = score(assignment, results)
    if any(finding.outcome is Outcome.GRADER_ERROR for finding in findings):
        # The fault may have changed any result: nothing automatic is scored.
        scores = tuple(replace(s, earned=None) if s.state == "auto" else s for s in scores)
    return ScoreSheet(
        student=submission.student,
        assignment=assignment.id,
        status=status(scores, findings),
        scores=scores,
        findings=tuple(findings),
        seed=run.seed,
        lang=run.lang,
        submission_digest=submission.digest,
        basis=basis,
        data_digest=digest_of_data(assignment, run),
        confinement=session.confinement() if session is not None else None,
    )
