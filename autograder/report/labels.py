"""The reports' own texts: `labels.yml`, read in one language."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

from autograder.model import Lang


@cache
def labels(lang: Lang) -> dict[str, Any]:
    """Every label in `lang`: by name a text, or a dict of texts by word."""
    file = resources.files("autograder.report").joinpath("labels.yml")
    return {
        name: _in(entry, lang) for name, entry in yaml.safe_load(file.read_text("utf-8")).items()
    }


def _in(entry: dict[str, Any], lang: Lang) -> Any:
    if lang in entry:
        return entry[lang]
    return {word: text[lang] for word, text in entry.items()}
