"""`autograder draw`."""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.exit_codes import SOME_UNUSABLE
from autograder.cli.options import own_lang_option, report_errors, say, verbose_option
from autograder.cli.student_command import StudentCommand
from autograder.errors import HostError
from autograder.student.released_lang import released_lang
from autograder.text import sentences

if TYPE_CHECKING:
    from autograder.model import Lang

LINE_CHARS = 88  # of the words in the terminal


@click.command(cls=StudentCommand)
@click.argument("file", type=click.Path(readable=False, path_type=Path))
@click.argument("name")
@click.argument("args", nargs=-1)
@click.option("--example")
@click.option("--train", is_flag=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path))
@own_lang_option
@verbose_option
@report_errors
def draw(
    file: Path,
    name: str,
    args: tuple[str, ...],
    example: str | None,
    train: bool,
    out: Path | None,
    lang: Lang | None,
) -> None:
    """Draw a network of a student's own file."""
    # They import torch, for which `--help` need not wait.
    from autograder.drawing.description import network_in_words
    from autograder.drawing.svg import network_file
    from autograder.student.draw import NetworkCall, Undrawable, read_example
    from autograder.student.draw import draw as draw_network

    lang = lang or released_lang(file)
    call = NetworkCall(name=name, arguments=args, example=read_example(example, lang), train=train)
    try:
        drawn = draw_network(file, call, lang)
    except Undrawable as error:
        say(str(error), err=True)
        sys.exit(SOME_UNUSABLE)
    path = out or file.with_name(re.sub(r"[^\w-]+", "_", name) + ".svg")
    try:
        path.write_text(network_file(drawn.graph, lang, call.text), encoding="utf-8")
    except OSError as error:
        why = error.strerror
        raise HostError(sentences.say("draw", "unwritable", lang, path=path, why=why)) from None
    say(textwrap.fill(network_in_words(drawn.graph, lang), LINE_CHARS))
    if example is None:
        say(sentences.say("draw", "guessed", lang, shape=drawn.example))
    say(sentences.say("draw", "drawn", lang, path=path))
