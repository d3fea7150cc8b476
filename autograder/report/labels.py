"""Labels: the reports' own texts, `labels.yml`, read in one language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TypeAlias

import yaml

from autograder.model import Lang
from autograder.text.sentences import FAST_LOADER

LabelGroup: TypeAlias = Mapping[str, str]  # texts by word
Labels: TypeAlias = Mapping[str, str | LabelGroup]


@cache
def labels(lang: Lang, package: str = "autograder.report") -> Labels:
    """Return every label of a package: by name a text, or a group of texts by word."""
    file = resources.files(package).joinpath("labels.yml")
    entries = yaml.load(file.read_text("utf-8"), FAST_LOADER)
    return {name: _in_language(entry, lang) for name, entry in entries.items()}


def label_group(name: str, lang: Lang) -> LabelGroup:
    """Return a group of labels, such as `stage` or `status`, in a language."""
    group = labels(lang)[name]
    assert not isinstance(group, str)
    return group


def _in_language(
    entry: Mapping[str, str] | Mapping[str, Mapping[str, str]], lang: Lang
) -> str | LabelGroup:
    if lang in entry:
        return str(entry[lang])
    return {word: text[lang] for word, text in entry.items() if not isinstance(text, str)}
