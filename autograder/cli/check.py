"""`autograder check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from autograder.cli.options import EXIT_CODES, SOME_UNUSABLE, course_option, lang_option, load, report_errors


@click.command(
    epilog="""\b
Examples:
  autograder check residual_block.py
  autograder check my_answer.ipynb --assignment residual_block --lang en
"""
    + EXIT_CODES
)
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--assignment", metavar="ID", help="Which one it is, where the file's name does not tell.")
@lang_option
@course_option
@report_errors
def check(path: Path, assignment: str | None, lang: Any, course: Path) -> None:
    """Run the public checks on your own file, on your own machine. No marks, no sandbox."""
    from autograder import check as own
    from autograder.screen import show_own_run

    week = load(course)
    task = own.find_assignment(week, path, assignment)
    passed = show_own_run(own.check(week, task, own.find_file(path, task), lang), lang)
    if not passed:
        sys.exit(SOME_UNUSABLE)
