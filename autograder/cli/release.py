"""`autograder release`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from autograder.cli.options import (
    EXIT_CODES,
    SOME_UNUSABLE,
    course_option,
    find_assignment,
    jobs_option,
    load,
    report_errors,
    require_nbgrader,
)
from autograder.cli.verify import prove
from autograder.model import Assignment, Course, Lang, Run


@click.command(
    epilog="""\b
Examples:
  autograder release residual_block
  autograder release --check
"""
    + EXIT_CODES
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; say whether release/ is in step."
)
@click.option(
    "--lang",
    type=click.Choice(["es", "en"]),
    help="What students read. Default: as it was released, or es.",
)
@jobs_option
@course_option
@report_errors
def release(ids: tuple[str, ...], only_check: bool, lang: Any, jobs: int, course: Path) -> None:
    """Make what students receive: release/ID, and the stub in assignments/ID.

    All of it is made from solutions/ID, the handout and the public checks. Nothing is written
    unless `verify` passes, nothing hidden would get out, the stub earns nothing, and the public
    checks pass on the solution and fail on the stub. Without ID: every assignment that has graders.
    """
    require_nbgrader()
    week = load(course)
    chosen = [find_assignment(week, id) for id in ids] or [
        a for a in week.assignments if a.is_gradable
    ]
    done = [_check(week, a) if only_check else _release(week, a, lang, jobs) for a in chosen]
    if not all(done):
        sys.exit(SOME_UNUSABLE)


def _check(course: Course, assignment: Assignment) -> bool:
    """Whether release/<id> and the stub are what would be made now; says what is not."""
    from autograder.release import PYTHON, build, in_step, packed, proof_of

    before = _released(course, assignment)
    made = build(course, assignment, before.get("lang", "es"))
    python = str(
        before.get("python", PYTHON)
    )  # of the machine that grades, which this one need not be
    lines = in_step(
        _folder(course, assignment), packed(made, proof_of(course, assignment, made), python)
    )
    stub = assignment.root / assignment.files[0].name
    if not stub.is_file() or stub.read_bytes() != made.files[stub.name]:
        lines.append(f"{stub}: not the stub that the solution makes")
    for line in lines:
        click.echo(line)
    click.echo(
        f"{assignment.id}: {f'run: autograder release {assignment.id}' if lines else 'in step'}"
    )
    return not lines


def _release(course: Course, assignment: Assignment, lang: Lang | None, jobs: int) -> bool:
    """Make release/<id>; whether it was made. Says why not."""
    from autograder.release import build, packed, proof_of, refusals, write_release
    from autograder.results import write_bytes

    before = _released(course, assignment)
    made = build(course, assignment, lang or before.get("lang", "es"))
    proof = proof_of(course, assignment, made)
    files = packed(made, proof)
    reasons = refusals(course, assignment, made, files)
    if not reasons:
        name = assignment.files[0].name
        write_bytes(assignment.root / name, made.files[name])  # it is what is verified
        if before.get("verified") != proof and not prove(course, [assignment], Run(jobs=jobs)):
            reasons = [f"{assignment.id}: its graders are not proven; see above"]
    for reason in reasons:
        click.echo(reason, err=True)
    if not reasons:
        write_release(_folder(course, assignment), files)
        click.echo(f"{assignment.id}: {_folder(course, assignment)} ({len(made.files)} files)")
    return not reasons


def _folder(course: Course, assignment: Assignment) -> Path:
    return course.root / "release" / assignment.id


def _released(course: Course, assignment: Assignment) -> dict[str, Any]:
    """The manifest of what was released before; empty where there is none that can be read."""
    try:
        manifest = json.loads(
            (_folder(course, assignment) / "MANIFEST.json").read_text(encoding="utf-8")
        )
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) and manifest.get("lang") in ("es", "en") else {}
