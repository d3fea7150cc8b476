"""`autograder marks`: what people decide, kept in the marks.yml of the class."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from autograder.cli.completion import criterion_ids, decision_ids, student_ids
from autograder.cli.exit_codes import EXIT_CODES_HELP
from autograder.cli.marks_import import import_
from autograder.cli.marks_options import (
    author_option,
    file_option,
    out_option,
    reason_option,
    student_option,
    submitted_argument,
)
from autograder.cli.options import course_option, report_errors, say_line
from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.grading.cache.earlier_results import sheets_in
from autograder.handin.collect.identity.enrollment import members_of, names_in
from autograder.handin.collect.ledger import LEDGER_FILE, read_ledger
from autograder.marking.marks_file import marks_file, require_words
from autograder.marking.verbs import (
    answering,
    overruling,
    proposed_marks,
    recording,
    score_of_check,
)
from autograder.model import Appeal, Course, Decisions, Mark, ScoreSheet
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


marks.add_command(import_)


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
@click.argument("check", metavar="CHECK")
@student_option
@out_option
@author_option
@reason_option
@file_option
@course_option
@report_errors
def overrule(
    submitted: Path,
    check: str,
    student: str,
    out: Path,
    author: str,
    reason: str,
    file: Path | None,
    course: Path,
) -> None:
    """Count CHECK the other way: one that did not pass as passed, or one that passed as failed.

    Its criterion gets the points that follow. The staff page of the student names the checks.
    """
    loaded = load_course(course)
    require_words(author, reason)
    check_known("student", student, students_in(submitted))
    complaints: list[str] = []
    sheets = [each for each in sheets_in(loaded, out, "en", complaints) if each.student == student]
    score = score_of_check(sheets, check)
    decided = marks_file(loaded, submitted, file).change(
        student, lambda decisions: overruling(decisions, score, check, author, reason)
    )
    _show_entries(loaded, student, decided[student], score.criterion)


@marks.command()
@submitted_argument
@click.argument("criterion", metavar="CRITERION", shell_complete=criterion_ids)
@student_option
@click.option("--asks", required=True, help="What the student objects to. The report shows it.")
@file_option
@course_option
@report_errors
def appeal(
    submitted: Path, criterion: str, student: str, asks: str, file: Path | None, course: Path
) -> None:
    """Record that a student appeals against the points of CRITERION; it waits for an answer."""
    loaded = load_course(course)
    check_known("criterion", criterion, loaded.rubric.criteria)
    marks = marks_file(loaded, submitted, file)
    decided = marks.change(student, lambda decisions: recording(decisions, criterion, asks))
    _show_entries(loaded, student, decided[student], criterion)


@marks.command()
@submitted_argument
@click.argument("criterion", metavar="CRITERION", shell_complete=criterion_ids)
@click.argument("points", required=False)
@student_option
@author_option
@reason_option
@file_option
@course_option
@report_errors
def answer(
    submitted: Path,
    criterion: str,
    points: str | None,
    student: str,
    author: str,
    reason: str,
    file: Path | None,
    course: Path,
) -> None:
    """Answer the appeal against CRITERION; with POINTS, give it these points as well."""
    loaded = load_course(course)
    require_words(author, reason)
    check_known("criterion", criterion, loaded.rubric.criteria)
    mark = None
    if points is not None:
        mark = decision_from(
            loaded.rubric, criterion, points, None, waive=False, author=author, reason=reason
        )

    def answered(decisions: Decisions) -> Decisions:
        answer = answering(decisions, criterion, author, reason)
        return answer if mark is None else decide(answer, mark)

    decided = marks_file(loaded, submitted, file).change(student, answered)
    _show_entries(loaded, student, decided[student], criterion)


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


@marks.command()
@submitted_argument
@out_option
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
    require_words(author, reason)
    known = students_in(submitted)
    for student in students:
        check_known("student", student, known)
    for criterion in criteria:
        check_known("criterion", criterion, loaded.rubric.criteria)
    complaints: list[str] = []
    sheets: dict[str, list[ScoreSheet]] = {}
    for sheet in sheets_in(loaded, out, "en", complaints):
        if sheet.is_earlier:
            complaints.append(
                f"{sheet.student}: {sheet.assignment}: graded by earlier graders; grade it again"
            )
        elif sheet.student in (students or known):
            sheets.setdefault(sheet.student, []).append(sheet)
    lines: list[str] = []

    def accepted(student: str, decisions: Decisions) -> Decisions:
        for sheet in sheets[student]:
            for mark in proposed_marks(sheet, decisions, criteria, author, reason):
                decisions = decide(decisions, mark)
                lines.append(f"{student}: {in_words(loaded.rubric, mark)}")
        return decisions

    changes = {student: partial(accepted, student) for student in sheets}
    marks_file(loaded, submitted, file).change_several(changes)
    for line in lines:
        say_line(line)
    for line in complaints:
        say_line(line, err=True)


def _show_entries(course: Course, student: str, decisions: Decisions, criterion: str) -> None:
    """Show what is decided about a criterion of a student."""
    own: list[Mark | Appeal] = [*decisions.marks, *decisions.appeals]
    for decision in own:
        if decision.criterion == criterion:
            say_line(f"{student}: {in_words(course.rubric, decision)}")
