"""`autograder copies`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograder.cli.completion import assignment_ids
from autograder.cli.exit_codes import EXIT_CODES_HELP, SOME_UNUSABLE
from autograder.cli.options import (
    course_option,
    find_assignment,
    page_lang_option,
    report_errors,
    say_line,
)
from autograder.config.course import load_course
from autograder.model import Lang

MAX_PRINTED_PAIRS = 10  # of an assignment


@click.command(
    epilog="""\b
Examples:
  autograder copies submitted --out out
  autograder copies submitted --out out --assignment residual_block --threshold 0.7
"""
    + EXIT_CODES_HELP
)
@click.argument("submitted", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder of results of `grade`, if there are any; analysis/copies.html goes there.",
)
@click.option(
    "--assignment",
    "assignments",
    multiple=True,
    metavar="ID",
    shell_complete=assignment_ids,
    help="Compare only this assignment. Repeatable.",
)
@click.option(
    "--threshold",
    type=click.FloatRange(0.05, 1.0),
    default=0.5,
    help="The share of the smaller hand-in, from 0 to 1, from which on a pair is pointed out.",
)
@page_lang_option
@course_option
@report_errors
def copies(
    submitted: Path,
    out: Path,
    assignments: tuple[str, ...],
    threshold: float,
    lang: Lang | None,
    course: Path,
) -> None:
    """Find work that is alike between students: a note for staff, never a fine.

    Code is compared whatever its names, order, layout and comments, without what everybody
    received. What OUT knows of models, answers and networks is joined in. Nothing is run, and no
    mark changes.
    """
    from autograder.api.analyse import write_copies

    loaded = load_course(course)
    chosen = [find_assignment(loaded, name).id for name in assignments]
    found, complaints = write_copies(
        loaded, submitted, out, assignments=chosen, threshold=threshold, lang=lang
    )
    for each in found:
        count = len(each.found) + each.left_out
        say_line(f"{each.assignment.id}: {len(each.codes)} compared, {count} pairs pointed out")
        for work in each.found[:MAX_PRINTED_PAIRS]:
            share = f"{work.share:4.0%}" if work.pair is not None else "   –"
            signals = f"  {', '.join(work.signals)}" if work.signals else ""
            say_line(f"  {share}  {', '.join(work.students)}{signals}")
        if count > MAX_PRINTED_PAIRS:
            say_line(f"  and {count - MAX_PRINTED_PAIRS} more")
    for line in complaints:
        say_line(line, err=True)
    say_line(f"{out / 'analysis' / 'copies.html'}")
    if complaints:
        sys.exit(SOME_UNUSABLE)
