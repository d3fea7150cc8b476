"""`autograder questionnaire`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from autograder.cli.options import EXIT_CODES, course_option, load, report_errors
from autograder.errors import CourseError
from autograder.model import Course


@click.command(
    epilog="""\b
Examples:
  autograder questionnaire
  autograder questionnaire --student ana --lang en
"""
    + EXIT_CODES
)
@click.option(
    "--student", metavar="NAME", help="Print the form of this student (the name of the folder)."
)
@click.option(
    "--lang", type=click.Choice(["es", "en"]), default="es", help="The language of the form."
)
@course_option
@report_errors
def questionnaire(student: str | None, lang: Any, course: Path) -> None:
    """Print the blank form of the questionnaire, without answers.

    Without --student it is the unshuffled one; a student's own has its own order of questions and
    options.
    """
    from autograder.questionnaire.answers import UNSHUFFLED_CODE
    from autograder.questionnaire.form import blank_form, code_for
    from autograder.questionnaire.load import load_questionnaire

    questions = load_questionnaire(_file_of(load(course)))
    code = UNSHUFFLED_CODE if student is None else code_for(questions, student)
    click.echo(blank_form(questions, code, lang), nl=False)


def _file_of(course: Course) -> Path:
    """The one questionnaire.yml of a course."""
    from autograder.questionnaire.load import QUESTIONNAIRE_FILE

    files = [a.root / QUESTIONNAIRE_FILE for a in course.assignments if (a.root / QUESTIONNAIRE_FILE).is_file()]
    if len(files) != 1:
        raise CourseError(f"the course has {len(files)} files assignments/*/{QUESTIONNAIRE_FILE}, expected one")
    return files[0]
