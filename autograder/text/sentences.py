"""The harness's own sentences for students and staff: `texts.yml`, by group, key and language.

An entry is a sentence in each language, or two of them, `one` and `many`, where a count decides.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias, get_args

import yaml

from autograder.model import OTHER_LANG, CheckResult, Frame, Lang, Text
from autograder.text.numbers import Figure, plural_form

LANGS: tuple[Lang, ...] = get_args(Lang)
# For the package's own files: libyaml, where PyYAML has it, is ten times as fast.
FAST_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Sentence: TypeAlias = Mapping[str, str]  # by language
Entry: TypeAlias = Mapping[str, str | Sentence]  # a sentence, or a sentence by plural form


def read_yaml(file: Path) -> Any:
    """Return the content of a YAML file of the package."""
    return yaml.load(file.read_text(encoding="utf-8"), FAST_LOADER)


@functools.cache
def texts() -> Mapping[str, Mapping[str, Entry]]:
    """Return the content of texts.yml: entries by group and key."""
    loaded: Mapping[str, Mapping[str, Entry]] = read_yaml(Path(__file__).with_name("texts.yml"))
    return loaded


def say(group: str, key: str, lang: Lang, **values: object) -> str:
    """Return the sentence `key` of `group` in a language, filled with `values`.

    Of an entry with a singular and a plural, the value `count` chooses. Values that have a form in
    each language (Text, Figure) appear in the one of the sentence.
    """
    entry = texts()[group][key]
    sentence = entry[plural_form(values["count"])] if "one" in entry else entry[lang]
    if not isinstance(sentence, str):
        sentence = sentence[lang]
    return sentence.format(**{name: in_language(value, lang) for name, value in values.items()})


def say_in_each(group: str, key: str, **values: object) -> Text:
    """Return the sentence `key` of `group` in every language, filled with `values`."""
    return in_each(lambda lang: say(group, key, lang, **values))


def in_both(make: Callable[[Lang], CheckResult], lang: Lang) -> CheckResult:
    """Return what `make` makes in a language, with the words of the other language beside it."""
    result, other = make(lang), make(OTHER_LANG[lang])
    return result if other.words == result.words else replace(result, also=other.words)


def in_each(make: Callable[[Lang], str]) -> Text:
    """Return the text that `make` makes, in every language."""
    return Text(es=make("es"), en=make("en"))


def in_language(value: object, lang: Lang) -> object:
    """Return the form of a sentence's value in a language, where it has one."""
    return value.in_(lang) if isinstance(value, Text | Figure) else value


def with_thousands(number: int, lang: Lang) -> str:
    """Return a whole number with its thousands separated, as a language does it."""
    return f"{number:,}".replace(",", say("numbers", "thousands", lang))


def with_decimal(number: float, lang: Lang) -> str:
    """Return a number with one decimal, as a language writes it."""
    return f"{number:.1f}".replace(".", say("numbers", "decimal", lang))


def line_place(frame: Frame, lang: Lang) -> str:
    """Return where a line of student code is, in words: a file and line, or a notebook's cell."""
    if not frame.cell:
        return f"{frame.file}:{frame.line}"
    return say("places", "cell", lang, file=frame.file, cell=frame.cell, line=frame.line)


def bracketed_place(where: tuple[Frame, ...], lang: Lang) -> str:
    """Return where the innermost line is, in brackets; empty where there is no line."""
    return say("places", "where", lang, place=line_place(where[-1], lang)) if where else ""
