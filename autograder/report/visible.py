r"""Text that others wrote, made safe to look at: invisible characters as escapes such as \x1b, long text cut."""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup, escape

MOST_CHARACTERS = 20_000  # of one evidence or output; a page with many of them must still open on a phone
_KEPT = "\n\t\u200c\u200d"  # the two joiners belong to names and emoji
_CODE = re.compile(r"`([^`\n]+)`")
# What these categories hold moves the cursor, hides or reorders text, or cannot be encoded.
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def visible(text: str) -> str:
    """`text` with every control, format and unpaired surrogate character written as its escape."""
    if text.isprintable():  # then it holds none of these categories
        return text
    return "".join(c if c in _KEPT or unicodedata.category(c) not in _INVISIBLE else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def cut(text: str, most: int = MOST_CHARACTERS) -> tuple[str, int]:
    """The first `most` characters of `text`, and how many were left out."""
    return text[:most], max(0, len(text) - most)


def prose(text: str) -> Markup:
    """A sentence as HTML: escaped, and what stands between `backticks` set as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(visible(text)))))
