"""Grading: one submission, examined, to its ScoreSheet."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from autograder.data.flowers import read_split
from autograder.errors import HostError, SandboxLost, StudentError
from autograder.examination import Examination
from autograder.findings import broken_cell_finding, import_finding, our_fault, remark_findings
from autograder.grader import Examined, Grader
from autograder.intake.reading import no_code
from autograder.model import (
    Accuracy,
    Assignment,
    CheckResult,
    Outcome,
    Run,
    ScoreSheet,
    Submission,
)
from autograder.provenance import notes_on
from autograder.sandbox.launch import Zygote
from autograder.score import score, status
from autograder.texts import say


def grade(
    grader: Grader,
    submission: Submission,
    zygote: Zygote | None,
    run: Run,
    grader_digest: str,
    *,
    is_last: bool = False,
) -> ScoreSheet:
    """Examine one submission in workers of `zygote`. Whatever the student's code does, this returns a sheet.

    `zygote` is None for an assignment that runs no code. SandboxLost where the sandbox broke meanwhile, or may
    have; `is_last` says that nobody will try again.
    """
    assignment = grader.assignment
    examination = Examination(assignment, submission, zygote, run, is_last=is_last)
    findings = list(submission.findings)
    try:
        examined = _examine(grader, examination, findings, run)
    except HostError as error:  # our machine failed in the middle of it
        examined = grader.blocked_by(say("findings", "import", run.lang))
        findings.append(our_fault(str(error), run.lang))
    finally:
        examination.close()
    if examination.lost:
        raise SandboxLost(examination.lost)
    record = examined.record
    findings += [*record.told, *remark_findings(examination.remarks, run.lang)]
    sheet = sheet_of(assignment, submission, examined.results, findings, run, grader_digest, examination)
    return replace(
        sheet,
        notes=(*record.notes, *notes_on(assignment, submission.files, run.lang)),
        adjustments=tuple(record.adjustments),
        measurement=record.measurement,
    )


def _examine(grader: Grader, examination: Examination, findings: list[CheckResult], run: Run) -> Examined:
    """How all checks ended; an import that fails is one finding, and blocks them."""
    assignment = grader.assignment
    if not set(examination.submission.files) & set(assignment.source_names):
        blocked = grader.blocked_by(assignment.files[0].name)
        unusable = {no_code(name) for name in assignment.source_names}
        told = [finding.message for finding in findings if finding.evidence in unusable]
        if told and assignment.does_not_run:
            blocked.record.apply(assignment.does_not_run, told[0])
        return blocked
    if assignment.runs_code:
        try:
            examination.try_import()
        except StudentError as error:
            findings.append(import_finding(error, assignment, run.lang))
            blocked = grader.blocked_by(say("findings", "import", run.lang))
            if assignment.does_not_run:
                blocked.record.apply(assignment.does_not_run, findings[-1].message)
            return blocked
    findings += [broken_cell_finding(error, run.lang) for error in examination.broken_cells]
    return grader.examine(examination, run)


def sheet_of(
    assignment: Assignment,
    submission: Submission,
    results: Sequence[CheckResult],
    findings: Sequence[CheckResult],
    run: Run,
    grader_digest: str,
    examination: Examination | None = None,
) -> ScoreSheet:
    """The score sheet of a submission's results."""
    scores = score(assignment, results)
    if any(f.outcome is Outcome.GRADER_ERROR for f in findings):  # nothing that rests on it is scored
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
        grader_digest=grader_digest,
        data_digest=digest_of_data(assignment, run),
        confinement=examination.confinement() if examination is not None else None,
    )


@functools.lru_cache(maxsize=16)  # asked for each submission
def _digest_of_data(data: Path, *, weights: bool, images: bool, accuracy: Accuracy) -> str:
    files = sorted((data / "weights").glob("*")) if weights else []
    content = [f"{file.name} {file.stat().st_size}" for file in files]  # the names hold their checksums
    if images:
        content += [accuracy, read_split(data, "test").digest]
    return hashlib.sha256("\n".join(content).encode()).hexdigest() if content else ""


def digest_of_data(assignment: Assignment, run: Run) -> str:
    """What a mark depends on of the images and pretrained weights on this machine; CourseError without images."""
    if run.data is None:
        return ""
    weights, images = bool(assignment.warm_packages), assignment.needs_images
    return _digest_of_data(run.data, weights=weights, images=images, accuracy=run.accuracy)
