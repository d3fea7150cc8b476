"""`autograder release`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from autograder.cli.exit_codes import EXIT_CODES_HELP, SOME_UNUSABLE
from autograder.cli.options import (
    chosen_assignments,
    course_option,
    ids_argument,
    jobs_option,
    report_errors,
    require_nbgrader,
    verbose_option,
)
from autograder.config.course import load_course
from autograder.model import Assignment, Course, Lang
from autograder.results import write_bytes


@click.command(
    epilog="""\b
Examples:
  autograder release residual_block
  autograder release --check
"""
    + EXIT_CODES_HELP
)
@ids_argument
@click.option(
    "--check",
    "only_check",
    is_flag=True,
    help="Write nothing, and show whether release/ is up to date.",
)
@click.option(
    "--lang",
    type=click.Choice(["es", "en"]),
    help="The language that students read. Default: that of the last release, else es.",
)
@jobs_option
@course_option
@verbose_option
@report_errors
def release(
    ids: tuple[str, ...], only_check: bool, lang: Lang | None, jobs: int, course: Path
) -> None:
    """Make what students receive: release/ID, and the stub in assignments/ID.

    All of it is made from solutions/ID, the handout and the public checks. Nothing is written
    unless `verify` passes, nothing hidden would get out, the stub earns nothing, and the public
    checks pass on the solution and fail on the stub. Without ID: every assignment that has graders.
    """
    require_nbgrader()
    loaded = load_course(course)
    results = []
    for assignment in chosen_assignments(loaded, ids):
        if only_check:
            results.append(_check(loaded, assignment))
        else:
            results.append(_release(loaded, assignment, lang, jobs))
    if not all(results):
        sys.exit(SOME_UNUSABLE)


def _check(course: Course, assignment: Assignment) -> bool:
    """Show which released files would be made differently now; return whether none would."""
    from autograder.release import (
        PYTHON_VERSION,
        build_release,
        packed_files,
        proof_of,
        stale_files,
    )

    before = _manifest(course, assignment)
    made = build_release(course, assignment, _lang_of(before))
    # The Python of the machine that grades, which this one need not be.
    python = str(before.get("python", PYTHON_VERSION))
    files = packed_files(made, proof_of(course, assignment, made), python)
    lines = stale_files(_folder(course, assignment), files)
    stub = assignment.root / assignment.files[0].name
    if not stub.is_file() or stub.read_bytes() != made.files[stub.name]:
        lines.append(f"{stub}: not the stub that the solution makes")
    for line in lines:
        click.echo(line)
    state = f"run: autograder release {assignment.id}" if lines else "in step"
    click.echo(f"{assignment.id}: {state}")
    return not lines


def _release(course: Course, assignment: Assignment, lang: Lang | None, jobs: int) -> bool:
    """Make release/<id>, or show why not; return whether it was made."""
    from autograder.release import build_release, packed_files, proof_of, refusals, write_release

    before = _manifest(course, assignment)
    made = build_release(course, assignment, lang or _lang_of(before))
    proof = proof_of(course, assignment, made)
    files = packed_files(made, proof)
    reasons = refusals(assignment, made, files)
    if not reasons:
        stub_name = assignment.files[0].name
        write_bytes(assignment.root / stub_name, made.files[stub_name])  # `verify` grades it
        if before.get("verified") != proof and not _verify(course, assignment, jobs):
            reasons = [f"{assignment.id}: its graders are not proven; see above"]
    for reason in reasons:
        click.echo(reason, err=True)
    if not reasons:
        write_release(_folder(course, assignment), files)
        click.echo(f"{assignment.id}: {_folder(course, assignment)} ({len(made.files)} files)")
    return not reasons


def _verify(course: Course, assignment: Assignment, jobs: int) -> bool:
    """Verify the graders of an assignment, show the proof, and return whether they are sound."""
    from autograder.api.verify import verify
    from autograder.cli.output.verification import show_progress, show_proof

    proofs = verify(
        course, [assignment.id], jobs=jobs, on_graded=show_progress, on_assignment=show_proof
    )
    return all(proof.is_sound for proof in proofs)


def _folder(course: Course, assignment: Assignment) -> Path:
    return course.root / "release" / assignment.id


def _manifest(course: Course, assignment: Assignment) -> dict[str, object]:
    """Return the manifest of the previous release; empty where there is none that can be read."""
    path = _folder(course, assignment) / "MANIFEST.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    is_readable = isinstance(manifest, dict) and manifest.get("lang") in ("es", "en")
    return manifest if is_readable else {}


def _lang_of(manifest: dict[str, object]) -> Lang:
    """Return the language of a previous release, or else Spanish."""
    return "en" if manifest.get("lang") == "en" else "es"
