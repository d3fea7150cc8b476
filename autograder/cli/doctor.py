"""`autograder doctor`."""

from __future__ import annotations

import sys

import click

from autograder.cli.options import EXIT_CODES, WRONG_HOST, report_errors


@click.command(epilog="\b\nExample:\n  autograder doctor\n" + EXIT_CODES)
@report_errors
def doctor() -> None:
    """Say which sandbox level this machine reaches, requirement by requirement, with the fix."""
    from autograder.doctor import examine_host
    from autograder.screen import show_diagnosis

    diagnosis = examine_host()
    show_diagnosis(diagnosis)
    if diagnosis.level != "A":
        sys.exit(WRONG_HOST)
