"""A command that students use: its `--help` is in the language that they read."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from autograder.model import OTHER_LANG, Lang
from autograder.student.released_lang import released_lang
from autograder.text.sentences import LANGS, read_yaml

EXAMPLES_INDENT = "  "
HelpTexts = Mapping[str, Any]  # of a command, as student_help.yml has them


@functools.cache
def _texts() -> HelpTexts:
    texts: HelpTexts = read_yaml(Path(__file__).with_name("student_help.yml"))
    return texts


class StudentCommand(click.Command):
    """A command whose texts are in student_help.yml; English until `--help` knows the language."""

    def __init__(self, name: str, **attributes: Any) -> None:
        """Take the texts of the command `name`."""
        super().__init__(name, **attributes)
        self._own: HelpTexts = _texts()[name]
        self._speak("en")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; what comes first is the language in which help is given."""
        self._speak(_lang_of(args))
        return super().parse_args(ctx, args)

    def _speak(self, lang: Lang) -> None:
        """Use the texts of a language."""
        words = {key: text[lang] for key, text in _texts()["words"].items()}
        self._words = words
        self.help = f"{self._own['text'][lang]}\n{_other_language(self.name, lang)}"
        self.options_metavar = words["any_options"]
        lines = [words["examples"], *_indented(self._own["examples"])]
        self.epilog = "\n\n".join(
            "\b\n" + text for text in ("\n".join(lines), words["exit_codes"].rstrip("\n"))
        )
        for param in self.params:
            own = self._own["options"].get(param.name) or _texts()["shared"].get(param.name, {})
            if "metavar" in own:
                param.metavar = own["metavar"][lang]
            if isinstance(param, click.Option):
                param.help = own[lang]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line on how the command is used."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=self._words["usage"])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each with its help."""
        help_option = self.get_help_option(ctx)
        if help_option is not None:
            help_option.help = self._words["help"]
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [option.get_help_record(ctx) for option in options]
        with formatter.section(self._words["options"]):
            formatter.write_dl([record for record in records if record is not None])


def _indented(examples: str) -> list[str]:
    return [EXAMPLES_INDENT + line for line in examples.splitlines()]


def _other_language(command: str | None, lang: Lang) -> str:
    """Return the line on how to read the help in the other language."""
    other = OTHER_LANG[lang]
    line: str = _texts()["words"]["other"][other].format(command=command)
    return "\n" + line


def _lang_of(args: Sequence[str]) -> Lang:
    """Return the language that the arguments name, or that of the release of the file they name."""
    words = [word for arg in args for word in arg.split("=", 1)]
    for option, value in itertools.pairwise(words):
        if option == "--lang" and value in LANGS:
            return "en" if value == "en" else "es"
    paths = (Path(arg) for arg in args if not arg.startswith("-") and Path(arg).exists())
    return released_lang(next(paths, Path()))
