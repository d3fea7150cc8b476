"""`autograder verify`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.options import (
    EXIT_CODES,
    SOME_UNUSABLE,
    course_option,
    find_assignment,
    jobs_option,
    load,
    report_errors,
)
from autograder.errors import CourseError
from autograder.model import Assignment, Course, Run

if TYPE_CHECKING:
    from autograder.verification.cases import Case
    from autograder.verification.verify import Verdict


@click.command(
    epilog="""\b
Examples:
  autograder verify
  autograder verify residual_block --matrix out
  autograder verify residual_block --case solution --case 'wrong/basic_*'
  autograder verify residual_block --write-case wrong/bn1_twice.py
"""
    + EXIT_CODES
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--case",
    "patterns",
    multiple=True,
    metavar="GLOB",
    help="Only cases of such a name. Repeatable.",
)
@click.option(
    "--matrix",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write which check fails on which wrong answer, <id>.html and <id>.json, into this folder.",
)
@click.option(
    "--write-case",
    "to_write",
    metavar="NAME",
    help="Grade nothing: write this case as a whole file into the current folder.",
)
@jobs_option
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of flowers-102/ that artifacts are made on. Default: a small one, drawn for the purpose.",
)
@course_option
@report_errors
def verify(
    ids: tuple[str, ...],
    patterns: tuple[str, ...],
    matrix: Path | None,
    to_write: str | None,
    jobs: int,
    data: Path | None,
    course: Path,
) -> None:
    """Prove the graders by answers whose marks are known.

    The solution earns everything, the stub nothing, a wrong/ file loses what it declares, a right/
    file nothing. Each is graded under two seeds. Wrong answers made from the solution earn no
    criterion. Every check must fail on some wrong answer. Without ID: every assignment that has
    graders.
    """
    if matrix is not None and patterns:
        raise CourseError("--matrix needs every case: leave out --case")
    week = load(course)
    chosen = [find_assignment(week, id) for id in ids] or [
        a for a in week.assignments if a.is_gradable
    ]
    ungraded = [a.id for a in chosen if not a.is_gradable]
    if ungraded:
        raise CourseError(
            *(f"{id}: no graders yet; add assignments/{id}/graders/test_*.py" for id in ungraded)
        )
    if to_write is not None:
        _write_case(chosen, to_write)
    elif not prove(week, chosen, Run(jobs=jobs, data=data), patterns, matrix):
        sys.exit(SOME_UNUSABLE)


def prove(
    course: Course,
    chosen: Sequence[Assignment],
    run: Run,
    patterns: Sequence[str] = (),
    matrix: Path | None = None,
) -> bool:
    """Grade every case of the assignments, show how each came out, and say whether all of it is
    sound.
    """
    from autograder.sandbox.temp_dirs import temporary_folder  # Unix has what it locks with

    sound = True
    with temporary_folder() as folder:
        for id, cases in _cases(chosen, patterns, folder).items():
            assignment = course.assignment(id)
            verdicts, refused = _graded(course, assignment, cases, run, folder)
            sound &= _show_cases(assignment, verdicts)
            sound &= _show_packages(course, assignment, refused)
            if not patterns:  # some of the cases prove nothing of the checks
                sound &= _show_checks(course, assignment, verdicts, matrix)
    return sound


def _cases(
    chosen: Sequence[Assignment], patterns: Sequence[str], folder: Path
) -> dict[str, list[Case]]:
    """Every assignment's cases of a name that was asked for; generic ones are written below
    `folder`.
    """
    from autograder.verification.cases import select

    found = {a.id: select(_all_cases(a, folder), patterns) for a in chosen}
    if not any(found.values()):
        raise CourseError(
            f"no case is called {' or '.join(patterns)}; expected such as 'stub' or 'wrong/*'"
        )
    return {id: cases for id, cases in found.items() if cases}


def _all_cases(assignment: Assignment, folder: Path) -> list[Case]:
    """Return every case of an assignment; what is made for one is written below `folder`."""
    from autograder.verification.cases import cases_of
    from autograder.verification.generated_answers import generic_cases

    written = cases_of(assignment, folder / "merged")
    return written + generic_cases(assignment, folder / "generic" / assignment.id)


def _write_case(chosen: Sequence[Assignment], name: str) -> None:
    """Write the case of that name into the current folder, under its file's name."""
    from autograder.sandbox.temp_dirs import temporary_folder
    from autograder.text.suggestions import did_you_mean

    with temporary_folder() as folder:
        cases = [case for assignment in chosen for case in _all_cases(assignment, folder)]
        found = [case for case in cases if case.name == name]
        if not found:
            hint = did_you_mean(name, [case.name for case in cases])
            raise CourseError(f"no case is called {name}{hint}")
        if len(found) > 1:
            raise CourseError(f"several assignments have a case {name}: name the assignment")
        target = Path(found[0].path.name)
        if target.exists():
            raise CourseError(
                f"{target}: is already there; remove it, or write from another folder"
            )
        target.write_bytes(found[0].path.read_bytes())
    click.echo(target)


def _graded(
    course: Course, assignment: Assignment, cases: list[Case], run: Run, folder: Path
) -> tuple[list[Verdict], list[str]]:
    """How an assignment's cases came out, and which packages of the course its code cannot import."""
    from autograder.grading.zygotes import starting_zygotes

    with starting_zygotes([assignment], run.jobs, run.data) as zygotes:  # one warms up while we do
        from autograder.cli.screen import Progress
        from autograder.verification.artifacts import hand_ins, with_data
        from autograder.verification.verify import seeds_of, verify

        run = with_data(run, assignment, folder / "data")
        handed_in = hand_ins(cases, assignment, run, folder / "cases" / assignment.id)
        progress = Progress(sum(len(seeds_of(case, assignment)) for case in cases))
        return verify(course, assignment, handed_in, run, zygotes.get(assignment.id), progress.step)


def _show_cases(assignment: Assignment, verdicts: list[Verdict]) -> bool:
    """Show how each case came out; whether all did as they must."""
    from autograder.cli.screen import show_verdicts

    return show_verdicts(assignment, verdicts)


def _show_packages(course: Course, assignment: Assignment, refused: list[str]) -> bool:
    """Say whether the code of an assignment can import what the course lists; whether it can import
    all of it.
    """
    from autograder.cli.screen import show_packages
    from autograder.config.packages import served_to

    count = len(served_to(assignment, course.packages)) if assignment.runs_code else 0
    return show_packages(assignment, count, refused)


def _show_checks(
    course: Course, assignment: Assignment, verdicts: list[Verdict], out: Path | None
) -> bool:
    """Say, and write into `out`, which check fails on which wrong answer; whether every check fails
    on some.
    """
    from autograder.cli.screen import show_matrix
    from autograder.results import write
    from autograder.verification.html_report import matrix_page
    from autograder.verification.kill_matrix import matrix_of, to_json

    matrix = matrix_of(assignment, [(verdict.case, verdict.sheets[0]) for verdict in verdicts])
    if out is not None:
        write(out / f"{assignment.id}.html", matrix_page(course, matrix))
        write(out / f"{assignment.id}.json", to_json(matrix))
    return show_matrix(matrix)
