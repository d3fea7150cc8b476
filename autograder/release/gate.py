"""The gate: why something may not be released, in words; nothing leaves while there is a reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from autograder.model import Assignment, Course, FindingId, Outcome
from autograder.release.contents import Release
from autograder.release.leaks import leaks
from autograder.sandbox.temp_dirs import temporary_folder


def refusals(course: Course, assignment: Assignment, release: Release, files: Mapping[str, bytes]) -> list[str]:
    """Why these files may not be released; verification apart, which takes its time."""
    return [
        *(f"{assignment.id}: would be released: {leak}" for leak in leaks(files, release.source, assignment)),
        *_public_checks(course, assignment, release),
    ]


def _public_checks(course: Course, assignment: Assignment, release: Release) -> list[str]:
    """What is wrong with the public checks: all pass on the solution, and on the stub those of no
    criterion do.
    """
    from autograder.student.check import check  # imports torch, as grading does

    name = assignment.files[0].name
    if not any(path.startswith("public/test_") for path in release.files):
        return [f"{assignment.id}: no public checks; add assignments/{assignment.id}/public/test_*.py"]
    with temporary_folder() as folder:
        stub = folder / name
        stub.write_bytes(release.files[name])
        on_solution = check(course, assignment, assignment.solution / name, release.lang)
        on_stub = check(course, assignment, stub, release.lang)
    # it is code alone
    found = (*(f for f in on_solution.findings if f.id != "files" and f.outcome is not Outcome.MANUAL), *on_solution.results)
    broken = [f for f in found if f.outcome is not Outcome.PASSED]
    reasons = [f"{assignment.id}: public check {r.id} fails on the solution: {r.message}" for r in broken]
    stopped = [f for f in on_stub.findings if f.outcome is not Outcome.PASSED and f.id == FindingId.IMPORT]
    reasons += [f"{assignment.id}: the stub cannot be imported: {f.evidence or f.message}" for f in stopped]
    given = {r.criterion for r in on_stub.results} - {
        r.criterion for r in on_stub.results if r.outcome is not Outcome.PASSED
    }
    return reasons + [f"{assignment.id}: the public checks of {id} pass on the stub" for id in sorted(given)]


def proof_of(course: Course, assignment: Assignment, release: Release) -> str:
    """A digest of all that verification depends on: graders, rubric, harness, and the answers that
    prove them.
    """
    from autograder.grading.fingerprint import basis_of

    basis = basis_of(course, assignment)
    proven = [basis.harness, basis.files, basis.rules]  # on whichever machine
    digest = hashlib.sha256(json.dumps(proven, sort_keys=True).encode())
    answers = [assignment.solution, assignment.root / "right", assignment.root / "wrong"]
    for file in sorted(path for folder in answers for path in folder.glob("*") if path.is_file()):
        digest.update(file.name.encode() + file.read_bytes())
    digest.update(release.files[assignment.files[0].name])
    return digest.hexdigest()
