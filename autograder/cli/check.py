"""`autograder check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.cli.options import (
    EXIT_CODES,
    INTERRUPTED,
    SOME_UNUSABLE,
    assignment_option,
    own_course_option,
    own_lang_option,
    report_errors,
)

if TYPE_CHECKING:
    from autograder.model import Course, Lang
    from autograder.student.check import PublicChecks
    from autograder.student.files import HandInFiles


@click.command(
    epilog="""\b
Examples:
  autograder check residual_block.py
  autograder check residual_block.ipynb --watch
  autograder check my_answer.ipynb --assignment residual_block --lang en
"""
    + EXIT_CODES
)
@click.argument("path", type=click.Path(readable=False, path_type=Path))
@click.option("--watch", is_flag=True, help="Check again whenever the file is saved, until Ctrl-C.")
@assignment_option
@own_lang_option
@own_course_option
@report_errors
def check(path: Path, watch: bool, assignment: str | None, lang: Any, course: Path | None) -> None:
    """Run the public checks on your own file, on your own machine. No marks, no sandbox."""
    from autograder.student import files
    from autograder.student.screen import show_findings
    from autograder.text import sentences

    lang = lang or files.released_lang(path)
    week = files.find_course(path, course, lang)
    task, file = files.locate(path, week, assignment, lang)
    hand_in = files.gather(file, week, task, lang)
    if not watch and not hand_in.has_source:
        show_findings(hand_in.findings, hand_in, lang)
        sys.exit(SOME_UNUSABLE)
    from autograder.student.check import with_checks  # imports torch

    def give_up() -> None:
        click.echo(sentences.say("check", "unstoppable", lang), file=sys.__stderr__)

    def look(checks: PublicChecks) -> int:
        return _watch(checks, file, week, lang) if watch else _once(checks, hand_in, lang)

    sys.exit(with_checks(week, task, lang, give_up, look))


def _once(checks: PublicChecks, hand_in: HandInFiles, lang: Lang) -> int:
    from autograder.student.screen import show_own_run

    run = checks.run(hand_in)
    show_own_run(run, lang)
    return 0 if run.passed else SOME_UNUSABLE


def _watch(checks: PublicChecks, file: Path, course: Course, lang: Lang) -> int:
    """Run the checks now and after every save; return the last exit code when Ctrl-C ends it."""
    from autograder.student.files import gather
    from autograder.student.screen import show_begin, show_turn
    from autograder.student.watch import saves
    from autograder.student.watchdog import Superseded

    task, code = checks.grader.assignment, INTERRUPTED
    try:
        for is_superseded in saves([file, *(file.with_name(f.name) for f in task.files[1:])]):
            show_begin(lang)
            try:
                run = checks.run(gather(file, course, task, lang), is_superseded)
            except Superseded:
                continue  # the next turn is due already
            code = (
                0 if run.passed else SOME_UNUSABLE
            )  # before it shows: who has read it may press Ctrl-C
            show_turn(run, lang)
    except KeyboardInterrupt:
        click.echo()
    return code
