"""`autograder analyse`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograder.cli.exit_codes import EXIT_CODES_HELP, SOME_UNUSABLE
from autograder.cli.options import course_option, page_lang_option, report_errors, say_line
from autograder.config.course import load_course
from autograder.model import Lang


@click.command(
    epilog="""\b
Examples:
  autograder analyse out
  autograder analyse out --matrix out --lang en
"""
    + EXIT_CODES_HELP
)
@click.argument("out", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--matrix",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder that `verify --matrix` wrote: which wrong answers each check detects.",
)
@page_lang_option
@course_option
@report_errors
def analyse(out: Path, matrix: Path | None, lang: Lang | None, course: Path) -> None:
    """Say how each check and question behaves in a graded class.

    Facility, discrimination with its interval, outcomes, options of questions, seconds. It writes
    analysis/items.html and items.json below OUT, and prints what stands out. No student is named.
    """
    from autograder.api.analyse import write_items

    loaded = load_course(course)
    items, findings, complaints = write_items(loaded, out, matrix=matrix, lang=lang)
    for finding in findings:
        say_line(f"{finding.item.id}: {finding.sentence('en')}")
    count = len(items.all_items)
    say_line(f"{items.students} students, {count} items, {len(findings)} remarks")
    for line in complaints:
        say_line(line, err=True)
    say_line(str(out / "analysis" / "items.html"))
    if complaints:
        sys.exit(SOME_UNUSABLE)
