"""`autograder doctor`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograder.cli.exit_codes import EXIT_CODES_HELP, WRONG_HOST
from autograder.cli.options import report_errors, verbose_option
from autograder.config.course import COURSE_FILE, load_course


@click.command(
    epilog="\b\nExamples:\n  autograder doctor\n  autograder doctor --course course\n"
    + EXIT_CODES_HELP
)
@click.option(
    "--course",
    type=click.Path(path_type=Path),
    help="The folder of grading.yml, whose packages are looked for. "
    "Default: here, if there is one.",
)
@verbose_option
@report_errors
def doctor(course: Path | None) -> None:
    """Say which sandbox level this machine reaches, requirement by requirement, with the fix.

    The packages that a course's grading.yml lists are requirements too, and the Python that was
    released for.
    """
    # The sandbox, which these import, needs Linux; `doctor --help` does not.
    from autograder.cli.output.diagnosis import show_diagnosis
    from autograder.doctor import examine_host

    has_course = course is not None or Path(COURSE_FILE).is_file()
    diagnosis = examine_host(load_course(course or Path()) if has_course else None)
    show_diagnosis(diagnosis)
    if diagnosis.level != "A" or diagnosis.lacks_packages:
        sys.exit(WRONG_HOST)
