"""`autograder check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.exit_codes import INTERRUPTED, SOME_UNUSABLE
from autograder.cli.options import (
    own_assignment_option,
    own_course_option,
    own_lang_option,
    report_errors,
    verbose_option,
)
from autograder.cli.student_command import StudentCommand
from autograder.student.released_lang import released_lang
from autograder.text import sentences

if TYPE_CHECKING:
    from autograder.model import Course, Lang
    from autograder.student.changes import Passed
    from autograder.student.check import PublicChecks
    from autograder.student.files import HandInFiles


@click.command(cls=StudentCommand)
@click.argument("path", type=click.Path(readable=False, path_type=Path))
@click.option("--watch", is_flag=True)
@own_assignment_option
@own_lang_option
@own_course_option
@verbose_option
@report_errors
def check(
    path: Path, watch: bool, assignment: str | None, lang: Lang | None, course: Path | None
) -> None:
    """Run the public checks on a student's own file."""
    from autograder.student import files
    from autograder.student.screen import show_findings

    lang = lang or released_lang(path)
    loaded = files.find_course(path, course, lang)
    task, file = files.locate(path, loaded, assignment, lang)
    hand_in = files.gather(file, loaded, task, lang)
    if not watch and not hand_in.has_source:
        show_findings(hand_in.findings, hand_in, lang)
        sys.exit(SOME_UNUSABLE)
    # It imports torch, for which a missing file need not wait.
    from autograder.student.check import with_checks

    def run_checks(checks: PublicChecks) -> int:
        return _watch(checks, file, loaded, lang) if watch else _check_once(checks, hand_in, lang)

    sys.exit(with_checks(loaded, task, lang, lambda: end_unstoppable(lang), run_checks))


def end_unstoppable(lang: Lang) -> None:
    """Say that student code cannot be stopped, and end the process."""
    from autograder.student.watchdog import end_process

    click.echo(sentences.say("check", "unstoppable", lang), file=sys.__stderr__)
    end_process()


def _check_once(checks: PublicChecks, hand_in: HandInFiles, lang: Lang) -> int:
    """Run the checks, show the results, and return the exit code."""
    from autograder.student.changes import passed_in
    from autograder.student.last_results import keep_results, last_results
    from autograder.student.screen import show_own_run

    run, before = checks.run(hand_in), last_results(hand_in.file)
    is_news = bool(before) and before != passed_in(run.results)
    show_own_run(run, lang, before if is_news else None)
    keep_results(hand_in.file, run.results)
    return 0 if run.passed else SOME_UNUSABLE


def _watch(checks: PublicChecks, file: Path, course: Course, lang: Lang) -> int:
    """Run the checks now and after every save; return the last run's exit code upon Ctrl-C."""
    from autograder.student.changes import passed_in
    from autograder.student.files import gather
    from autograder.student.last_results import keep_results
    from autograder.student.watch import saves
    from autograder.student.watch_screen import show_begin, show_turn
    from autograder.student.watchdog import Superseded

    task, code = checks.grader.assignment, INTERRUPTED
    before: Passed | None = None
    try:
        for is_superseded in saves([file, *(file.with_name(f.name) for f in task.files[1:])]):
            show_begin(lang)
            try:
                run = checks.run(gather(file, course, task, lang), is_superseded)
            except Superseded:
                continue  # the next turn is due already
            # Set before the results show: Ctrl-C may follow at once.
            code = 0 if run.passed else SOME_UNUSABLE
            show_turn(run, lang, before)
            before = passed_in(run.results)
            keep_results(file, run.results)
    except KeyboardInterrupt:
        click.echo()
    return code
