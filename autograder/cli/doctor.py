"""`autograder doctor`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograder.cli.options import EXIT_CODES, WRONG_HOST, load, report_errors


@click.command(
    epilog="\b\nExamples:\n  autograder doctor\n  autograder doctor --course course\n" + EXIT_CODES
)
@click.option(
    "--course",
    type=click.Path(path_type=Path),
    help="The folder of grading.yml, whose packages are looked for. Default: here, if there is one.",
)
@report_errors
def doctor(course: Path | None) -> None:
    """Say which sandbox level this machine reaches, requirement by requirement, with the fix.

    The packages that a course's grading.yml lists are requirements too, and the Python that was
    released for.
    """
    from autograder.cli.screen import show_diagnosis
    from autograder.config.course import COURSE_FILE
    from autograder.doctor import examine_host

    week = load(course or Path()) if course is not None or Path(COURSE_FILE).is_file() else None
    diagnosis = examine_host(week)
    show_diagnosis(diagnosis)
    if diagnosis.level != "A" or diagnosis.lacks_packages:
        sys.exit(WRONG_HOST)
