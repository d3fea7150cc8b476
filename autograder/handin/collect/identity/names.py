"""Names of people and groups as keys, which all spellings of a name share."""

from __future__ import annotations

import unicodedata


def name_key(name: str) -> str:
    """Return what all spellings of a name share: no accents, spaces, commas or capitals."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    kept = "@.+" if "@" in letters else ""  # of an email address
    return "".join(letter for letter in letters if letter.isalnum() or letter in kept)
