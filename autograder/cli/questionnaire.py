"""`autograder questionnaire`."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.options import course_option, report_errors
from autograder.cli.student_command import StudentCommand
from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.model import Course, Lang
from autograder.questionnaire.answers import UNSHUFFLED_CODE
from autograder.questionnaire.form import blank_form, code_for
from autograder.questionnaire.load import QUESTIONNAIRE_FILE, load_questionnaire


@click.command(cls=StudentCommand)
@click.option("--student")
@click.option("--lang", type=click.Choice(["es", "en"]), default="es")
@course_option
@report_errors
def questionnaire(student: str | None, lang: Lang, course: Path) -> None:
    """Print the blank form of the questionnaire."""
    questions = load_questionnaire(_questionnaire_file(load_course(course)))
    code = UNSHUFFLED_CODE if student is None else code_for(questions, student)
    click.echo(blank_form(questions, code, lang), nl=False)


def _questionnaire_file(course: Course) -> Path:
    """Return the questionnaire.yml of a course; raise CourseError unless it has exactly one."""
    candidates = [assignment.root / QUESTIONNAIRE_FILE for assignment in course.assignments]
    files = [path for path in candidates if path.is_file()]
    if len(files) != 1:
        raise CourseError(
            f"the course has {len(files)} files assignments/*/{QUESTIONNAIRE_FILE}, expected one"
        )
    return files[0]
