"""`autograder nbgrader init|convert`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograder.cli.exit_codes import EXIT_CODES_HELP, SOME_UNUSABLE
from autograder.cli.options import (
    course_option,
    lang_option,
    report_errors,
    require_nbgrader,
    say,
    verbose_option,
)
from autograder.config.course import load_course
from autograder.model import Lang


@click.group(
    epilog="""\b
Examples:
  autograder nbgrader init ../week_23
  autograder nbgrader convert ../week_23
"""
    + EXIT_CODES_HELP
)
def nbgrader() -> None:
    """Give a course to nbgrader, whose commands then grade through this harness."""


@nbgrader.command(epilog="\b\nExample:\n  autograder nbgrader init ../week_23\n" + EXIT_CODES_HELP)
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option(
    "--exchange",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of nbgrader's exchange. Default: exchange in FOLDER.",
)
@lang_option
@course_option
@verbose_option
@report_errors
def init(folder: Path, exchange: Path | None, lang: Lang, course: Path) -> None:
    """Begin a course of nbgrader in FOLDER, which must be empty or new.

    It gets an nbgrader_config.py and, made from the course's solutions, source/ID for each
    assignment with graders.
    """
    require_nbgrader()
    from autograder.integrations.nbgrader.init import CONFIG_FILE, STUDENT_FOLDER, init_course

    assignments = init_course(folder, load_course(course), lang, exchange)
    for assignment in assignments:
        say(f"{folder / 'source' / assignment.id}")
    say(f"{folder / CONFIG_FILE}")
    say(f"{folder / STUDENT_FOLDER / CONFIG_FILE}: for the folder in which students start Jupyter")
    first = assignments[0].id if assignments else "ID"
    say(f"next, in {folder}: nbgrader generate_assignment {first}")


@nbgrader.command(
    epilog="\b\nExample:\n  autograder nbgrader convert ../week_23\n" + EXIT_CODES_HELP
)
@click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path()
)
@course_option
@verbose_option
@report_errors
def convert(folder: Path, course: Path) -> None:
    """Give each hand-in in FOLDER/submitted that has no notebook one that shows it.

    nbgrader sees notebooks only. What is graded is the file that was handed in, and notebooks of
    students stay as they are.
    """
    require_nbgrader()
    from autograder.integrations.nbgrader.convert import convert_folder

    made, complaints = convert_folder(folder, load_course(course))
    for line in (*map(str, made), *complaints):
        say(line)
    say(f"{len(made)} made")
    if complaints:
        sys.exit(SOME_UNUSABLE)
