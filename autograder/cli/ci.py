"""`autograder ci`."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.completion import assignment_ids
from autograder.cli.exit_codes import NEEDS_REVIEW, SOME_UNUSABLE
from autograder.cli.options import (
    course_option,
    data_option,
    lang_option,
    report_errors,
    say,
    say_line,
    verbose_option,
)
from autograder.errors import AutograderError
from autograder.model import SANDBOX_LEVELS, Lang, Level

if TYPE_CHECKING:
    from autograder.ci.outputs import RunOutputs

EXIT_CODES = """
\b
Exit codes:
  0  the work is right, as far as it was checked; with --no-fail also where it is wrong
  1  some of the work is wrong, or nothing is handed in
  2  the command line, grading.yml or a check is wrong: not the student's fault
  3  a fault of the harness kept something from being scored: not the student's fault
  4  this machine cannot do what was asked (sandbox, disk): not the student's fault
  130  interrupted
"""


@click.command(
    epilog="""\b
Examples:
  autograder ci ana --assignment residual_block --to results
  autograder ci ana --checks all --assignment residual_block --student ana --to results
"""
    + EXIT_CODES
)
@click.argument("repository", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--checks",
    type=click.Choice(["public", "all"]),
    default="public",
    help="The checks that students have, or the hidden graders, which decide marks. "
    "Default: public.",
)
@click.option(
    "--assignment",
    "assignments",
    multiple=True,
    metavar="ID",
    shell_complete=assignment_ids,
    help="Only this assignment. Repeatable. Default: every one with files in REPOSITORY.",
)
@click.option(
    "--student",
    metavar="NAME",
    help="The name on the results. Default: as the runner says, else the folder's name.",
)
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for junit.xml, summary.md and, with --checks all, report.html.",
)
@click.option(
    "--classroom50",
    is_flag=True,
    help="Write result.json and release-body.md here, as a grader of Classroom 50. "
    "Wrong work then ends with 0, as with --no-fail.",
)
@click.option("--no-fail", is_flag=True, help="End with 0 where only the work is wrong.")
@click.option(
    "--allow-sandbox",
    type=click.Choice(SANDBOX_LEVELS),
    help="The weakest sandbox level to accept. Default: what the assignment requires (A).",
)
@lang_option
@data_option
@course_option
@verbose_option
@report_errors
def ci(
    repository: Path,
    checks: str,
    assignments: tuple[str, ...],
    student: str | None,
    folder: Path | None,
    classroom50: bool,
    no_fail: bool,
    allow_sandbox: Level | None,
    lang: Lang,
    data: Path | None,
    course: Path,
) -> None:
    """Grade the checked-out REPOSITORY of one student in a runner.

    The files of an assignment lie in a folder with its id, or at the top. Results go where the
    runner says ($GITHUB_STEP_SUMMARY, $GITHUB_OUTPUT), and to the files of the options. Only what
    the student may read is in them. A fault of the harness is never a wrong answer: it has exit
    codes of its own, and no points.
    """
    # The sandbox, which this imports, needs Linux; `ci --help` does not.
    from autograder.ci.checkout_grade import RunState
    from autograder.ci.run import RunRequest, run

    request = RunRequest(
        repository=repository,
        course=course,
        is_public=checks == "public",
        assignments=assignments,
        student=student or "",
        folder=folder,
        is_classroom50=classroom50,
        lang=lang,
        data=data,
        allow_sandbox=allow_sandbox,
    )
    try:
        outputs = run(request, os.environ)
    except AutograderError:
        raise
    except Exception:  # whatever it is: exit code 1 would say that the work is wrong
        traceback.print_exc()
        sys.exit(NEEDS_REVIEW)
    _show(outputs)
    if outputs.grade.state is RunState.ERROR:
        sys.exit(NEEDS_REVIEW)
    if outputs.grade.state is RunState.FAILED and not (no_fail or classroom50):
        sys.exit(SOME_UNUSABLE)


def _show(outputs: RunOutputs) -> None:
    """Show the summary, and in a runner of GitHub the annotations."""
    from autograder.ci.outputs import log_lines

    for text in log_lines(outputs, is_github=os.environ.get("GITHUB_ACTIONS") == "true"):
        say(text)
    for line in outputs.grade.complaints:
        say_line(line, err=True)
