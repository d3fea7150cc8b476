"""`autograder export`: grades in the formats of other systems, a command for each target."""

from __future__ import annotations

import click

from autograder.cli.exit_codes import EXIT_CODES_HELP
from autograder.cli.export.gradebooks import canvas, csv, moodle, xlsx


@click.group(
    epilog="""\b
Examples:
  autograder export csv out --draft --to grades.csv
  autograder export xlsx out --draft --to grades.xlsx
"""
    + EXIT_CODES_HELP
)
def export() -> None:
    """Write published grades in the format of another system."""


for command in (canvas, moodle, csv, xlsx):
    export.add_command(command)
