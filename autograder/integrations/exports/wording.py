"""What students read beside their marks in other systems: `exports.yml`, by group and language."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from autograder.model import Lang
from autograder.text.numbers import plural_form
from autograder.text.sentences import Entry, in_language, read_yaml


@functools.cache
def _entries() -> Mapping[str, Mapping[str, Entry]]:
    """Return the entries of exports.yml by group and key."""
    loaded: Mapping[str, Mapping[str, Entry]] = read_yaml(Path(__file__).with_name("exports.yml"))
    return loaded


def phrase(group: str, key: str, lang: Lang, **values: object) -> str:
    """Return a sentence in a language, filled with values; `count` chooses singular or plural."""
    entry = _entries()[group][key]
    sentence = entry[plural_form(values["count"])] if "one" in entry else entry[lang]
    if not isinstance(sentence, str):
        sentence = sentence[lang]
    return sentence.format(**{name: in_language(value, lang) for name, value in values.items()})
