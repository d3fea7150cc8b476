"""`autograder marks`: what people decide, kept in the marks.yml of the class."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from autograder.cli.completion import criterion_ids, decision_ids, student_ids
from autograder.cli.exit_codes import EXIT_CODES_HELP
from autograder.cli.options import course_option, report_errors, say_line
from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.grading.cache.earlier_results import sheets_in
from autograder.model import Course, Decisions, Mark, ScoreSheet
from autograder.scoring.override_commands import (
    all_decisions,
    check_known,
    decision_from,
    in_words,
)
from autograder.scoring.overrides import (
    MARKS_FILE,
    decide,
    read_marks,
    students_in,
    undecide,
    write_marks,
)
from autograder.scoring.validation import check_adjustments, check_decisions


@click.group(
    epilog="""\b
Examples:
  autograder marks set submitted --student ana product.code.clean 2.5 \\
    --author "Marta Ruiz" --reason "Se lee bien."
  autograder marks set submitted --student ana penalty.late --days 1 \\
    --author "Marta Ruiz" --reason "Llegó el martes."
  autograder marks show submitted
"""
    + EXIT_CODES_HELP
)
def marks() -> None:
    """Set and show what people decide: marks, bonuses, penalties, and what they take back.

    All of it is kept in marks.yml at the top of SUBMITTED, from where `grade` takes it.
    """


submitted_argument = click.argument(
    "submitted", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
file_option = click.option(
    "--marks",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of marks. Default: marks.yml in SUBMITTED.",
)
student_option = click.option(
    "--student", required=True, metavar="ID", shell_complete=student_ids, help="The student."
)
author_option = click.option(
    "--author", required=True, help="The person who decides. The report shows it."
)
reason_option = click.option("--reason", required=True, help="The reason. The report shows it.")


@marks.command(name="set")
@submitted_argument
@click.argument("entry_id", metavar="ID", shell_complete=decision_ids)
@click.argument("points", required=False)
@student_option
@click.option(
    "--days",
    type=click.IntRange(1),
    help="The number of days late, for a penalty that counts days.",
)
@click.option("--waive", is_flag=True, help="Cancel a bonus or penalty that the harness applied.")
@author_option
@reason_option
@file_option
@course_option
@report_errors
def set_(
    submitted: Path,
    entry_id: str,
    points: str | None,
    student: str,
    days: int | None,
    waive: bool,
    author: str,
    reason: str,
    file: Path | None,
    course: Path,
) -> None:
    """Decide a criterion, by its ID and POINTS, or a bonus or penalty, by its ID.

    What was decided before about the same ID is replaced.
    """
    loaded = load_course(course)
    _check_words(author, reason)
    decision = decision_from(
        loaded.rubric, entry_id, points, days, waive=waive, author=author, reason=reason
    )
    _change(loaded, submitted, file, student, lambda decisions: decide(decisions, decision))
    say_line(f"{student}: {in_words(loaded.rubric, decision)}")


@marks.command()
@submitted_argument
@click.argument("entry_id", metavar="ID", shell_complete=decision_ids)
@student_option
@file_option
@course_option
@report_errors
def clear(submitted: Path, entry_id: str, student: str, file: Path | None, course: Path) -> None:
    """Forget what was decided about ID: what the harness found counts again."""
    loaded = load_course(course)

    def without(decisions: Decisions) -> Decisions:
        remaining = undecide(decisions, entry_id)
        if remaining == decisions:
            raise CourseError(
                f"{student}: nothing is decided about {entry_id!r}; see `autograder marks show`"
            )
        return remaining

    _change(loaded, submitted, file, student, without)
    say_line(f"{student}: {entry_id}: cleared")


@marks.command()
@submitted_argument
@click.option(
    "--student",
    "students",
    multiple=True,
    metavar="ID",
    shell_complete=student_ids,
    help="Show only this student. Repeatable.",
)
@file_option
@course_option
@report_errors
def show(submitted: Path, students: tuple[str, ...], file: Path | None, course: Path) -> None:
    """Show what people decided, a line for each decision."""
    loaded = load_course(course)
    decided = _read(loaded, submitted, file)
    for student in students:
        check_known("student", student, students_in(submitted))
    for student, decisions in sorted(decided.items()):
        if not students or student in students:
            for decision in all_decisions(decisions):
                say_line(f"{student}: {in_words(loaded.rubric, decision)}")


@marks.command()
@submitted_argument
@click.option(
    "--out",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="The folder of results of `grade`.",
)
@click.option(
    "--student",
    "students",
    multiple=True,
    metavar="ID",
    shell_complete=student_ids,
    help="Accept only for this student. Repeatable.",
)
@click.option(
    "--criterion",
    "criteria",
    multiple=True,
    metavar="ID",
    shell_complete=criterion_ids,
    help="Accept only for this criterion. Repeatable.",
)
@author_option
@reason_option
@file_option
@course_option
@report_errors
def accept(
    submitted: Path,
    out: Path,
    students: tuple[str, ...],
    criteria: tuple[str, ...],
    author: str,
    reason: str,
    file: Path | None,
    course: Path,
) -> None:
    """Make marks of what the harness proposes in OUT, where nothing is decided yet."""
    loaded = load_course(course)
    _check_words(author, reason)
    known = students_in(submitted)
    for student in students:
        check_known("student", student, known)
    for criterion in criteria:
        check_known("criterion", criterion, loaded.rubric.criteria)
    decided = _read(loaded, submitted, file)
    complaints: list[str] = []
    for sheet in sheets_in(loaded, out, "en", complaints):
        if sheet.is_earlier:
            complaints.append(
                f"{sheet.student}: {sheet.assignment}: graded by earlier graders; grade it again"
            )
            continue
        if sheet.student not in (students or known):
            continue
        before = decided.get(sheet.student, Decisions())
        for mark in _proposed_marks(sheet, before, criteria, author, reason):
            before = decided[sheet.student] = decide(before, mark)
            say_line(f"{sheet.student}: {in_words(loaded.rubric, mark)}")
    for line in complaints:
        say_line(line, err=True)
    write_marks(_file(submitted, file), decided)


def _proposed_marks(
    sheet: ScoreSheet, decided: Decisions, criteria: tuple[str, ...], author: str, reason: str
) -> Iterator[Mark]:
    """Yield a mark for each proposal of a sheet about which nothing is decided.

    `criteria` are the only ones that are asked for; none means all.
    """
    marked = {mark.criterion for mark in decided.marks}
    for score in sheet.scores:
        is_wanted = not criteria or score.criterion in criteria
        is_open = score.state == "manual" and score.criterion not in marked
        if is_wanted and is_open and score.proposed is not None:
            yield Mark(
                criterion=score.criterion, points=score.proposed, author=author, reason=reason
            )


def _file(submitted: Path, named: Path | None) -> Path:
    return named or submitted / MARKS_FILE


def _read(course: Course, submitted: Path, named: Path | None) -> dict[str, Decisions]:
    file = _file(submitted, named)
    return read_marks(file, course.rubric, students_in(submitted)) if file.exists() else {}


def _change(
    course: Course,
    submitted: Path,
    named: Path | None,
    student: str,
    change: Callable[[Decisions], Decisions],
) -> None:
    """Change what is decided about a student; nothing is written unless all of it holds."""
    check_known("student", student, students_in(submitted))
    decided = _read(course, submitted, named)
    decided[student] = change(decided.get(student, Decisions()))
    check_decisions(course.rubric, student, decided[student])
    check_adjustments(course.rubric, student, decided[student].adjustments)
    write_marks(_file(submitted, named), decided)


def _check_words(*texts: str) -> None:
    if not all(text.strip() for text in texts):
        raise CourseError("--author and --reason must say something: both show in the report")
