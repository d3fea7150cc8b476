"""`autograder verify`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.exit_codes import EXIT_CODES_HELP, SOME_UNUSABLE
from autograder.cli.options import (
    course_option,
    find_assignment,
    ids_argument,
    jobs_option,
    report_errors,
    verbose_option,
)
from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from autograder.api.verify import AssignmentProof
    from autograder.model import Course


@click.command(
    epilog="""\b
Examples:
  autograder verify
  autograder verify residual_block --matrix out
  autograder verify residual_block --case solution --case 'wrong/basic_*'
  autograder verify residual_block --write-case wrong/basic_no_skip.py
"""
    + EXIT_CODES_HELP
)
@ids_argument
@click.option(
    "--case",
    "patterns",
    multiple=True,
    metavar="GLOB",
    help="Grade only cases whose name matches. Repeatable.",
)
@click.option(
    "--matrix",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write which check fails on which wrong answer, <id>.html and <id>.json, "
    "into this folder.",
)
@click.option(
    "--write-case",
    "case_to_write",
    metavar="NAME",
    help="Grade nothing: write this case as a whole file into the current folder.",
)
@jobs_option
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of flowers-102/ that artifacts are made on. "
    "Default: a small one, drawn for the purpose.",
)
@course_option
@verbose_option
@report_errors
def verify(
    ids: tuple[str, ...],
    patterns: tuple[str, ...],
    matrix: Path | None,
    case_to_write: str | None,
    jobs: int,
    data: Path | None,
    course: Path,
) -> None:
    """Prove the graders by answers whose marks are known.

    The solution earns everything, the stub nothing, a wrong/ file loses what it declares, a right/
    file nothing. Each is graded under two seeds. Wrong answers made from the solution earn no
    criterion. Every check must fail on some wrong answer. Puppets look right and compute nothing:
    what the best earns of a criterion is its free lunch, at most 25 %. Without ID: every assignment
    that has graders.
    """
    # The sandbox, which these import, needs Linux; `verify --help` does not.
    from autograder.api.verify import verify as verify_graders
    from autograder.cli.output.verification import show_progress, show_proof

    if matrix is not None and patterns:
        raise CourseError("--matrix needs every case: leave out --case")
    loaded = load_course(course)
    chosen = [find_assignment(loaded, name).id for name in ids]
    if case_to_write is not None:
        _write_case(loaded, chosen, case_to_write)
        return

    def report(proof: AssignmentProof) -> None:
        show_proof(proof)
        _write_matrix(loaded, proof, matrix)

    proofs = verify_graders(
        loaded,
        chosen,
        case_patterns=patterns,
        jobs=jobs,
        data=data,
        on_graded=show_progress,
        on_assignment=report,
    )
    if not all(proof.is_sound for proof in proofs):
        sys.exit(SOME_UNUSABLE)


def _write_case(course: Course, ids: Sequence[str], name: str) -> None:
    """Write the case of that name into the current folder, under its file's name."""
    from autograder.api.verify import all_cases, with_graders
    from autograder.sandbox.temp_dirs import temporary_folder

    with temporary_folder() as folder:
        assignments = with_graders(course, ids)
        cases = [case for assignment in assignments for case in all_cases(assignment, folder)]
        found = [case for case in cases if case.name == name]
        if not found:
            hint = did_you_mean(name, [case.name for case in cases])
            raise CourseError(f"no case is called {name}{hint}")
        if len(found) > 1:
            raise CourseError(f"several assignments have a case {name}: name the assignment")
        target = Path(found[0].path.name)
        if target.exists():
            raise CourseError(f"{target}: is already there; remove it, or use another folder")
        target.write_bytes(found[0].path.read_bytes())
    click.echo(target)


def _write_matrix(course: Course, proof: AssignmentProof, folder: Path | None) -> None:
    """Write which check fails on which wrong answer, as a page and as JSON, into a folder."""
    if folder is None or proof.matrix is None:
        return
    from autograder.results import write
    from autograder.verification.html_report import matrix_page
    from autograder.verification.kill_matrix import to_json

    write(folder / f"{proof.assignment.id}.html", matrix_page(course, proof.matrix))
    write(folder / f"{proof.assignment.id}.json", to_json(proof.matrix))
