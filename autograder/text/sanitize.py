r"""Text that others wrote, made safe to look at: invisible characters as escapes such as \x1b, long
text cut.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from markupsafe import Markup, escape

MOST_CHARACTERS = (
    20_000  # of one evidence or output; a page with many of them must still open on a phone
)
MOST_MARKS = 4  # of combining marks on one letter; more climb over the lines above
_LAYOUT = "\n\t"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet runs what follows one of these
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
# they belong to names and emoji, but between Latin letters they only hide a difference
_JOINERS = "\u200c\u200d"
_CODE = re.compile(r"`([^`\n]+)`")
# What these categories hold moves the cursor, hides or reorders text, or cannot be encoded.
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Letters and marks that show nothing: fillers, and the selectors that no font answers to.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\U000e0000-\U000e0fff]"
)


def visible(text: str) -> str:
    """`text` with every character that is not seen, or moves others, written as its escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_seen(text))


def one_line(text: str) -> str:
    """`visible(text)` for a line of a terminal, which no text may break in two."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def defused(text: str) -> str:
    """`one_line(text)` for a spreadsheet: what looks like a formula is led by an apostrophe.

    In wide letters, or behind blanks, it looks like one too.
    """
    if _NUMBER.fullmatch(text):
        return text
    is_formula = (
        unicodedata.normalize("NFKC", text).lstrip()[:1] in _FORMULA or text[:1] in _FORMULA
    )
    return ("'" if text and is_formula else "") + one_line(text)


def _seen(text: str) -> Iterator[str]:
    marks = 0
    for before, c, after in zip("\n" + text, text, text[1:] + "\n", strict=False):
        category = unicodedata.category(c)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if c in _JOINERS:
            is_seen = not before.isascii() and not after.isascii()
        else:
            is_seen = c in _LAYOUT or (
                category not in _INVISIBLE and not _BLANK.match(c) and marks <= MOST_MARKS
            )
        yield c if is_seen else c.encode("unicode_escape").decode("ascii")


def cut(text: str, most: int = MOST_CHARACTERS) -> tuple[str, int]:
    """The first `most` characters of `text`, and how many were left out."""
    return text[:most], max(0, len(text) - most)


def prose(text: str) -> Markup:
    """A sentence as HTML: escaped, and what stands between `backticks` set as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(visible(text)))))
