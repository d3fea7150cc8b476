"""The gate: reasons, in words, why something may not be released."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.config.course import load_course
from autograder.model import Assignment, CheckResult, Course, FindingId, Outcome
from autograder.release.contents import Release
from autograder.release.leaks import leaks
from autograder.results import write_bytes
from autograder.sandbox.temp_dirs import temporary_folder

FILES_FINDING = "files"  # the id of what is said of missing files
ANSWER_FOLDERS = ("right", "wrong")  # below assignments/<id>; what proves the graders


def refusals(assignment: Assignment, release: Release, files: Mapping[str, bytes]) -> list[str]:
    """Return why these files may not be released; verification is not part of it."""
    found = leaks(files, release.source, assignment)
    return [
        *(f"{assignment.id}: would be released: {leak}" for leak in found),
        *_public_check_faults(assignment, release),
    ]


def _public_check_faults(assignment: Assignment, release: Release) -> list[str]:
    """Return what is wrong with the public checks, run as students run them: on released files.

    All must pass on the solution. Those of a criterion must not all pass on the stub.
    """
    if not any(path.startswith("public/test_") for path in release.files):
        place = f"assignments/{assignment.id}/public/test_*.py"
        return [f"{assignment.id}: no public checks; add {place}"]
    from autograder.student.check import check  # imports torch

    name = assignment.files[0].name
    with temporary_folder() as folder:
        for path, content in release.files.items():
            write_bytes(folder / path, content)
        released = load_course(folder)
        task = released.assignment(assignment.id)
        on_solution = check(released, task, assignment.solution / name, release.lang)
        on_stub = check(released, task, folder / name, release.lang)
    results = (*_counted_findings(on_solution.findings), *on_solution.results)
    return [
        *_failures_on_solution(assignment.id, results),
        *_import_failures(assignment.id, on_stub.findings),
        *_passes_on_stub(assignment.id, on_stub.results),
    ]


def _counted_findings(findings: tuple[CheckResult, ...]) -> Iterator[CheckResult]:
    """Yield the findings on the solution that count; it is code alone, so files are missing."""
    for finding in findings:
        if finding.id != FILES_FINDING and finding.outcome is not Outcome.MANUAL:
            yield finding


def _failures_on_solution(assignment_id: str, results: tuple[CheckResult, ...]) -> Iterator[str]:
    """Yield a line for each check that the solution does not pass."""
    for result in results:
        if result.outcome is not Outcome.PASSED:
            check = f"public check {result.id}"
            yield f"{assignment_id}: {check} fails on the solution: {result.message}"


def _import_failures(assignment_id: str, findings: tuple[CheckResult, ...]) -> Iterator[str]:
    """Yield a line where the stub cannot be imported."""
    for finding in findings:
        if finding.id == FindingId.IMPORT and finding.outcome is not Outcome.PASSED:
            reason = finding.evidence or finding.message
            yield f"{assignment_id}: the stub cannot be imported: {reason}"


def _passes_on_stub(assignment_id: str, results: tuple[CheckResult, ...]) -> Iterator[str]:
    """Yield a line for each criterion whose public checks all pass on the stub."""
    failed = {result.criterion for result in results if result.outcome is not Outcome.PASSED}
    for criterion in sorted({result.criterion for result in results} - failed):
        yield f"{assignment_id}: the public checks of {criterion} pass on the stub"


def proof_of(course: Course, assignment: Assignment, release: Release) -> str:
    """Return a digest of all that verification depends on.

    These are the harness, the graders, the rules of grading.yml that concern the assignment, the
    stub, and the answers that prove the graders: the solution, right/ and wrong/. An override of
    wrong/ is in it with its base, for that is one of these files.
    """
    from autograder.grading.cache.fingerprint import basis_of

    basis = basis_of(course, assignment)
    # The version of Python and of packages is left out: the proof holds on any machine.
    proven = [basis.harness, basis.files, basis.rules]
    digest = hashlib.sha256(json.dumps(proven, sort_keys=True).encode())
    for file in _answer_files(assignment):
        digest.update(file.name.encode() + file.read_bytes())
    digest.update(release.files[assignment.files[0].name])
    return digest.hexdigest()


def _answer_files(assignment: Assignment) -> list[Path]:
    """Return the files whose marks are known, in a fixed order."""
    folders = [assignment.solution, *(assignment.root / name for name in ANSWER_FOLDERS)]
    return sorted(path for folder in folders for path in folder.glob("*") if path.is_file())
