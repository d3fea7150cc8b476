"""`autograder pack`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from autograder.cli.options import EXIT_CODES, SOME_UNUSABLE, course_option, lang_option, load, report_errors
from autograder.errors import CourseError


@click.command(
    epilog="""\b
Examples:
  autograder pack residual_block.py
  autograder pack . --assignment flower_classifier --out ana.zip --lang en
"""
    + EXIT_CODES
)
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--assignment", metavar="ID", help="Which one it is, where the file's name does not tell.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The zip to make. Default: hand-in/ID.zip."
)
@lang_option
@course_option
@report_errors
def pack(path: Path, assignment: str | None, out: Path | None, lang: Any, course: Path) -> None:
    """Pack your files into one zip to hand in.

    Says what is missing or cannot be used, and makes no zip then. The public checks run once more: how they come
    out is noted in the zip, and keeps nobody from handing in.
    """
    from autograder import check as own
    from autograder.pack import gather, packed
    from autograder.results import write_bytes
    from autograder.screen import show_findings, show_packed
    from autograder.texts import say

    week = load(course)
    task = own.find_assignment(week, path, assignment)
    found = own.sources(path, task)
    if len(found) > 1:  # the one that was not touched might be taken
        names = ", ".join(file.name for file in found)
        raise CourseError(say("check", "two_sources", lang, names=names, path=found[0]))
    hand_in = gather(found[0] if found else path / task.files[0].name, task, lang)
    show_findings(hand_in.submission.findings)
    if not hand_in.is_complete:
        sys.exit(SOME_UNUSABLE)
    results = own.check(week, task, found[0], lang).results
    content = packed(hand_in, results)
    zip = out or Path("hand-in") / f"{task.id}.zip"
    write_bytes(zip, content)
    show_packed(zip, hand_in, content, results, lang)
