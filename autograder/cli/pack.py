"""`autograder pack`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograder.cli.check import end_unstoppable
from autograder.cli.exit_codes import SOME_UNUSABLE
from autograder.cli.options import (
    own_assignment_option,
    own_course_option,
    own_lang_option,
    report_errors,
    verbose_option,
)
from autograder.cli.student_command import StudentCommand
from autograder.errors import HostError
from autograder.model import Lang
from autograder.results import write_bytes
from autograder.student.released_lang import released_lang
from autograder.text import sentences


@click.command(cls=StudentCommand)
@click.argument("path", type=click.Path(readable=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path))
@own_assignment_option
@own_lang_option
@own_course_option
@verbose_option
@report_errors
def pack(
    path: Path, out: Path | None, assignment: str | None, lang: Lang | None, course: Path | None
) -> None:
    """Pack a student's files into one zip to hand in."""
    from autograder.student import files
    from autograder.student.pack import packed
    from autograder.student.screen import show_findings, show_packed

    lang = lang or released_lang(path)
    loaded = files.find_course(path, course, lang)
    task, file = files.locate(path, loaded, assignment, lang)
    hand_in = files.gather(file, loaded, task, lang)
    show_findings(hand_in.findings, hand_in, lang)
    if not hand_in.is_complete:
        sys.exit(SOME_UNUSABLE)
    # It imports torch, for which an incomplete hand-in need not wait.
    from autograder.student.check import with_checks

    own_run = with_checks(
        loaded, task, lang, lambda: end_unstoppable(lang), lambda checks: checks.run(hand_in)
    )
    content = packed(hand_in, own_run.results)
    zip_path = out or Path("hand-in") / f"{task.id}.zip"
    try:
        write_bytes(zip_path, content)
    except OSError as error:
        sentence = sentences.say("check", "unwritable", lang, zip=zip_path, why=error.strerror)
        raise HostError(sentence) from None
    show_packed(zip_path, hand_in, len(content), own_run.results, lang)
