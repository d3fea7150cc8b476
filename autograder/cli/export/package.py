"""`autograder export gradescope-package`: the zip that grades in Gradescope's container."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.completion import assignment_ids
from autograder.cli.exit_codes import EXIT_CODES_HELP
from autograder.cli.options import (
    course_option,
    find_assignment,
    lang_option,
    report_errors,
    say,
    say_line,
    verbose_option,
)
from autograder.config.course import load_course
from autograder.integrations.exports.gradescope_package import gradescope_package
from autograder.model import SANDBOX_LEVELS, Lang, Level
from autograder.results import write_bytes


@click.command(
    name="gradescope-package",
    epilog="""\b
Examples:
  autograder export gradescope-package --assignment residual_block --to package.zip
"""
    + EXIT_CODES_HELP,
)
@click.option(
    "--assignment",
    "assignment_id",
    metavar="ID",
    required=True,
    shell_complete=assignment_ids,
    help="The assignment to grade.",
)
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The zip file to write, for upload as the autograder.",
)
@click.option(
    "--allow-sandbox",
    "weakest",
    type=click.Choice(SANDBOX_LEVELS),
    default="B",
    show_default=True,
    help="The weakest sandbox level to grade at in the container.",
)
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of flowers-102/ and weights/, to pack, too.",
)
@lang_option
@course_option
@verbose_option
@report_errors
def package(
    assignment_id: str, target: Path, weakest: Level, data: Path | None, lang: Lang, course: Path
) -> None:
    """Pack a grader for Gradescope's container.

    The zip holds setup.sh, run_autograder, the graders and the harness. The container grades at
    the sandbox level that it reaches, as root without namespaces, too. The package holds hidden
    checks: upload it, and give it to no student.
    """
    loaded = load_course(course)
    assignment = find_assignment(loaded, assignment_id)
    content = gradescope_package(loaded, assignment, lang=lang, weakest=weakest, data=data)
    write_bytes(target, content)
    points = sum(criterion.points for criterion in assignment.criteria)
    say_line(f"{target}: {len(content) >> 10} KiB; it holds hidden checks: give it to no student")
    say(f"set the autograder points of the assignment to {points} at the site")
