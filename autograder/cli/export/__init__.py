"""`autograder export`: grades in the formats of other systems, a command for each target."""

from __future__ import annotations

import click

from autograder.cli.exit_codes import EXIT_CODES_HELP
from autograder.cli.export.gradebooks import canvas, csv, moodle, xlsx
from autograder.cli.export.hand_ins import gradescope, junit
from autograder.cli.export.package import package
from autograder.cli.export.runners import classroom50, github
from autograder.cli.export.scores import ags


@click.group(
    epilog="""\b
Examples:
  autograder export canvas out --gradebook gradebook.csv --to marked.csv
  autograder export moodle out --worksheet worksheet.csv --part residual_block \\
    --students roster.csv --to marked.csv
  autograder export csv out --draft --to draft.csv
"""
    + EXIT_CODES_HELP
)
def export() -> None:
    """Write published grades in the format of another system."""


GRADEBOOKS = (canvas, moodle, csv, xlsx)
HAND_INS = (gradescope, package, github, classroom50, junit)
for command in (*GRADEBOOKS, *HAND_INS, ags):
    export.add_command(command)
