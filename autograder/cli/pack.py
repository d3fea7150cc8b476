"""`autograder pack`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from autograder.cli.options import (
    EXIT_CODES,
    SOME_UNUSABLE,
    assignment_option,
    own_course_option,
    own_lang_option,
    report_errors,
)
from autograder.errors import HostError


@click.command(
    epilog="""\b
Examples:
  autograder pack residual_block.py
  autograder pack ana --assignment residual_block --out ana.zip --lang en
"""
    + EXIT_CODES
)
@click.argument("path", type=click.Path(readable=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The zip to make. Default: hand-in/ID.zip.",
)
@assignment_option
@own_lang_option
@own_course_option
@report_errors
def pack(
    path: Path, out: Path | None, assignment: str | None, lang: Any, course: Path | None
) -> None:
    """Pack your files into one zip to hand in.

    Says what is missing or cannot be used, and makes no zip then. The public checks run once more:
    how they come out is noted in the zip, and keeps nobody from handing in.
    """
    from autograder.results import write_bytes
    from autograder.student import files
    from autograder.student.pack import packed
    from autograder.student.screen import show_findings, show_packed
    from autograder.text import sentences

    lang = lang or files.released_lang(path)
    week = files.find_course(path, course, lang)
    task, file = files.locate(path, week, assignment, lang)
    hand_in = files.gather(file, week, task, lang)
    show_findings(hand_in.findings, hand_in, lang)
    if not hand_in.is_complete:
        sys.exit(SOME_UNUSABLE)
    from autograder.student.check import with_checks  # imports torch

    def give_up() -> None:
        click.echo(sentences.say("check", "unstoppable", lang), file=sys.__stderr__)

    results = with_checks(week, task, lang, give_up, lambda checks: checks.run(hand_in)).results
    content = packed(hand_in, results)
    archive = out or Path("hand-in") / f"{task.id}.zip"
    try:
        write_bytes(archive, content)
    except OSError as error:
        raise HostError(
            sentences.say("check", "unwritable", lang, zip=archive, why=error.strerror)
        ) from None
    show_packed(archive, hand_in, len(content), results, lang)
