"""`autograder marks overrule`, `appeal` and `answer`: objections to what the checks found."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.completion import criterion_ids
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
from autograder.grading.cache.earlier_results import sheets_in
from autograder.marking.marks_file import marks_file, require_words
from autograder.marking.verbs import answering, overruling, recording, score_of_check
from autograder.model import Appeal, Course, Decisions, Mark
from autograder.scoring.override_commands import check_known, decision_from, in_words
from autograder.scoring.overrides import decide, students_in


@click.command()
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
    for line in complaints:
        say_line(line, err=True)


@click.command()
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


@click.command()
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


def _show_entries(course: Course, student: str, decisions: Decisions, criterion: str) -> None:
    """Show what is decided about a criterion of a student."""
    own: list[Mark | Appeal] = [*decisions.marks, *decisions.appeals]
    for decision in own:
        if decision.criterion == criterion:
            say_line(f"{student}: {in_words(course.rubric, decision)}")
