"""The options that the commands of `autograder marks` share."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.completion import student_ids

submitted_argument = click.argument(
    "submitted", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
file_option = click.option(
    "--marks",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of marks. Default: marks.yml in SUBMITTED.",
)
out_option = click.option(
    "--out",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="The folder of results of `grade`.",
)
student_option = click.option(
    "--student", required=True, metavar="ID", shell_complete=student_ids, help="The student."
)
author_option = click.option(
    "--author", required=True, help="The person who decides. The report shows it."
)
reason_option = click.option("--reason", required=True, help="The reason. The report shows it.")
