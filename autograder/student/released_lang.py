"""The language of a release, as its manifest states it."""

from __future__ import annotations

import json
from pathlib import Path

from autograder.model import Lang
from autograder.text.sentences import LANGS

MANIFEST_FILE = "MANIFEST.json"  # of a released folder


def released_lang(path: Path) -> Lang:
    """Return the language of the release that a file lies in; Spanish where it lies in none."""
    folder = path if path.is_dir() else path.parent
    try:
        lang = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))["lang"]
    except (OSError, ValueError, KeyError, TypeError):
        return "es"
    return next((known for known in LANGS if known == lang), "es")
