"""The magic `%check`: the public checks in a notebook's own kernel, with the result in its cell."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from autograder.errors import AutograderError
from autograder.integrations.jupyter.open_notebook import OpenNotebook, find_notebook
from autograder.integrations.jupyter.result_html import message_html, run_html
from autograder.integrations.jupyter.unsaved_names import unsaved_names
from autograder.model import Course, Lang
from autograder.sandbox.libraries import OUR_PACKAGE
from autograder.student import files
from autograder.student.changes import passed_in
from autograder.student.explained import without_ansi_codes
from autograder.student.files import HandInFiles
from autograder.student.last_results import keep_results, last_results
from autograder.student.released_lang import released_lang
from autograder.student.screen import last_line, show_own_run
from autograder.text.console import console, print_text
from autograder.text.sanitize import visible
from autograder.text.sentences import say

if TYPE_CHECKING:
    from autograder.student.check import OwnRun

ARGUMENTS = click.Command(
    "%check",
    params=[
        click.Argument(["file"], required=False, type=click.Path(path_type=Path)),
        click.Option(["--lang"], type=click.Choice(["es", "en"])),
        click.Option(["--assignment"]),
        click.Option(["--course"], type=click.Path(path_type=Path)),
    ],
    add_help_option=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a cell shows: a front end takes the form that it can."""

    html: str
    text: str


def register(shell: Any) -> None:
    """Give the shell of a notebook the magic `%check`."""

    def check(line: str) -> None:
        """Run the public checks on this notebook: %check [FILE] [--lang es|en]."""
        shown = checked(line, shell)
        shell.display_pub.publish({"text/html": shown.html, "text/plain": shown.text})
        # Else `%load_ext` says each time the cell runs that it was loaded before.
        shell.extension_manager.loaded.discard(OUR_PACKAGE)

    shell.register_magic_function(check, "line", "check")


def checked(line: str, shell: Any) -> Shown:
    """Return the result of `%check line`, or the mistake in it."""
    lang: Lang = released_lang(Path())
    try:
        words = shlex.split(line, posix=os.name != "nt")
        given = ARGUMENTS.make_context("%check", words).params
        lang = given["lang"] or lang
        notebook = find_notebook(given["file"], shell.user_ns, lang)
        lang = given["lang"] or released_lang(notebook.file)
        return _checked_notebook(notebook, given, shell, lang)
    except (click.UsageError, ValueError):  # ValueError: a quote that is not closed
        return _message(say("notebook", "usage", lang))
    except AutograderError as error:
        return _message(str(error))


def _message(text: str) -> Shown:
    return Shown(html=message_html(text), text=visible(text))


def _checked_notebook(
    notebook: OpenNotebook, given: dict[str, Any], shell: Any, lang: Lang
) -> Shown:
    from IPython.utils.capture import capture_output

    course = files.find_course(notebook.file.parent, given["course"], lang)
    named = given["assignment"]
    if named is None and len(course.assignments) == 1:  # the course of a released folder
        named = course.assignments[0].id
    task, file = files.locate(notebook.file, course, named, lang)
    hand_in = files.gather(file, course, task, lang, notebook.unsaved)
    notices = _notices(notebook, shell.user_ns.get("In", ()), lang)
    stream = sys.stdout  # of the cell
    with capture_output():
        run = _own_run(hand_in, course, lang, stream)
    last, now = last_results(file), passed_in(run.results)
    before = last if last and last != now else None
    keep_results(file, run.results)
    # Where rich knows that it is in a notebook it would show what it prints.
    with capture_output(), console.capture() as captured:
        for notice in notices:
            print_text(notice)
        show_own_run(run, lang, before)
    html = run_html(run, notices, last_line(run, lang, before), lang)
    return Shown(html=html, text=without_ansi_codes(captured.get()))


def _own_run(hand_in: HandInFiles, course: Course, lang: Lang, stream: TextIO) -> OwnRun:
    """Run the checks in this process, where torch is imported; the kernel stays as it was."""
    from autograder.integrations.jupyter.undisturbed import undisturbed
    from autograder.student.check import with_checks

    def give_up() -> None:
        """Say that the code does not end; a person restarts the kernel."""
        print(say("notebook", "unstoppable", lang), file=stream, flush=True)

    with undisturbed(hand_in.file.parent, hand_in.assignment.id):
        return with_checks(
            course, hand_in.assignment, lang, give_up, lambda checks: checks.run(hand_in)
        )


def _notices(notebook: OpenNotebook, ran: Sequence[str], lang: Lang) -> list[str]:
    """Return what was checked, in words: the saved file, and what of the notebook is not in it."""
    if notebook.unsaved is not None:
        return [say("notebook", "from_colab", lang)]
    saved_at = datetime.fromtimestamp(notebook.file.stat().st_mtime)
    is_today = saved_at.date() == datetime.now().date()
    time = saved_at.strftime("%H:%M:%S" if is_today else "%Y-%m-%d %H:%M")
    notices = [say("notebook", "from_file", lang, file=notebook.file.name, time=time)]
    names = unsaved_names(ran, notebook.file.read_bytes())
    if names:
        notices.append(say("notebook", "unsaved", lang, names=", ".join(names)))
    return notices
