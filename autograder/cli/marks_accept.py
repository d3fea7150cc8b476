"""`autograder marks accept`: makes marks of what the harness proposes."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from autograder.cli.completion import criterion_ids, student_ids
from autograder.cli.marks_options import (
    author_option,
    file_option,
    out_option,
    reason_option,
    submitted_argument,
)
from autograder.cli.options import course_option, report_errors, say_line
from autograder.config.course import load_course
from autograder.grading.cache.earlier_results import sheets_in
from autograder.marking.marks_file import marks_file, require_words
from autograder.marking.verbs import proposed_marks
from autograder.model import Decisions, ScoreSheet
from autograder.scoring.override_commands import check_known, in_words
from autograder.scoring.overrides import decide, students_in


@click.command()
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
