"""`autograder marks`: what people decide, kept in the marks.yml of the class."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.completion import decision_ids, student_ids
from autograder.cli.exit_codes import EXIT_CODES_HELP
from autograder.cli.marks_accept import accept
from autograder.cli.marks_import import import_
from autograder.cli.marks_objections import answer, appeal, overrule
from autograder.cli.marks_options import (
    author_option,
    file_option,
    reason_option,
    student_option,
    submitted_argument,
)
from autograder.cli.options import course_option, report_errors, say_line
from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.handin.collect.identity.enrollment import members_of, names_in
from autograder.handin.collect.ledger import LEDGER_FILE, read_ledger
from autograder.marking.marks_file import marks_file, require_words
from autograder.model import Course, Decisions
from autograder.scoring.override_commands import (
    all_decisions,
    check_known,
    decision_from,
    in_words,
)
from autograder.scoring.overrides import decide, students_in, undecide, without_appeal
from autograder.text.suggestions import did_you_mean


@click.group(
    epilog="""\b
Examples:
  autograder marks set submitted --student ana product.code.clean 2.5 \\
    --author "Marta Ruiz" --reason "Se lee bien."
  autograder marks set submitted --student ana penalty.late --days 1 \\
    --author "Marta Ruiz" --reason "Llegó el martes."
  autograder marks import submitted exam.csv --criterion knowledge.depth_problem \\
    --author "Marta Ruiz" --reason "Examen del 4 de diciembre"
  autograder marks show submitted
"""
    + EXIT_CODES_HELP
)
def marks() -> None:
    """Set and show what people decide: marks, bonuses, penalties, and what they take back.

    All of it is kept in marks.yml at the top of SUBMITTED, from where `grade` takes it.
    """


for command in (import_, accept, overrule, appeal, answer):
    marks.add_command(command)


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
    require_words(author, reason)
    decision = decision_from(
        loaded.rubric, entry_id, points, days, waive=waive, author=author, reason=reason
    )
    marks = marks_file(loaded, submitted, file)
    marks.change(student, lambda decisions: decide(decisions, decision))
    say_line(f"{student}: {in_words(loaded.rubric, decision)}")


@marks.command()
@submitted_argument
@click.argument("entry_id", metavar="ID", shell_complete=decision_ids)
@student_option
@click.option(
    "--appeal", "is_appeal", is_flag=True, help="Forget the appeal against the criterion ID."
)
@file_option
@course_option
@report_errors
def clear(
    submitted: Path, entry_id: str, student: str, is_appeal: bool, file: Path | None, course: Path
) -> None:
    """Forget what was decided about ID: what the harness found counts again."""
    loaded = load_course(course)
    remove = without_appeal if is_appeal else undecide

    def without(decisions: Decisions) -> Decisions:
        remaining = remove(decisions, entry_id)
        if remaining == decisions:
            raise CourseError(
                f"{student}: nothing is decided about {entry_id!r}; see `autograder marks show`"
            )
        return remaining

    marks_file(loaded, submitted, file).change(student, without)
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
@click.option(
    "--group",
    "groups",
    multiple=True,
    metavar="NAME",
    help="Show only this section or group of the list of students. Repeatable.",
)
@file_option
@course_option
@report_errors
def show(
    submitted: Path,
    students: tuple[str, ...],
    groups: tuple[str, ...],
    file: Path | None,
    course: Path,
) -> None:
    """Show what people decided, a line for each decision."""
    loaded = load_course(course)
    decided = marks_file(loaded, submitted, file).read()
    for student in students:
        check_known("student", student, students_in(submitted))
    members = [student for group in groups for student in _members(loaded, submitted, group)]
    for student, decisions in sorted(decided.items()):
        if not (students or groups) or student in (*students, *members):
            for decision in all_decisions(decisions):
                say_line(f"{student}: {in_words(loaded.rubric, decision)}")


def _members(course: Course, submitted: Path, group: str) -> tuple[str, ...]:
    """Return the students of a section or group; CourseError where the list has none so called."""
    ledger = read_ledger(submitted / LEDGER_FILE, tuple(each.id for each in course.assignments))
    members = members_of(ledger.enrollments, group)
    if not members:
        known = names_in(ledger.enrollments)
        hint = did_you_mean(group, known)
        expected = f"expected one of {', '.join(known)}" if known else "give `collect` --students"
        raise CourseError(f"no section or group {group!r}{hint}; {expected}")
    return members
