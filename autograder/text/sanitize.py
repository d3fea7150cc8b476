"""Text that others wrote, made safe to look at: invisible characters as escapes, long text cut."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator

from markupsafe import Markup, escape

MAX_SHOWN_CHARS = 20_000  # of one evidence or output; a page of many must still open on a phone
MAX_COMBINING_MARKS = 4  # on one letter; more climb over the lines above
_LAYOUT = "\n\t"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")  # what follows is run
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
# They belong to names and emoji; between Latin letters they only hide a difference.
_JOINERS = "\u200c\u200d"
_CODE = re.compile(r"`([^`\n]+)`")
# The characters of these categories move the cursor, hide or reorder text, or cannot be encoded.
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Layout, ASCII, Latin but for the soft hyphen, Greek, typography, arrows, mathematical signs.
_PLAIN = re.compile(
    "[\\n\\t -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u2010-\u2027\u2070-\u209c\u20a0-\u20bf"
    "\u2100-\u214f\u2190-\u22ff\u2500-\u259f\u2713\u2717]*"
)
# Letters and marks that show nothing: fillers, and the selectors that no font answers to.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\U000e0000-\U000e0fff]"
)


def visible(text: str) -> str:
    r"""Return `text` with characters that are invisible, or move others, as escapes like \x1b."""
    # Nearly every text is one of these, and they are far faster than letter by letter.
    if (text.isascii() and text.isprintable()) or _PLAIN.fullmatch(text):
        return text
    return "".join(_escaped(text))


def one_line(text: str) -> str:
    """Return `visible(text)` as one line of a terminal, which no line break may split."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def defused(text: str) -> str:
    """Return `one_line(text)` for a spreadsheet, with an apostrophe before a formula.

    Spreadsheets take wide letters, and a sign after blanks, for a formula, too.
    """
    if not text or _NUMBER.fullmatch(text):
        return text
    normalized = unicodedata.normalize("NFKC", text).lstrip()
    is_formula = normalized[:1] in _FORMULA_STARTS or text[0] in _FORMULA_STARTS
    return ("'" if is_formula else "") + one_line(text)


def _escaped(text: str) -> Iterator[str]:
    """Yield each character, or its escape where it must not be seen as it is."""
    marks = 0
    for before, c, after in zip("\n" + text, text, text[1:] + "\n", strict=False):
        category = unicodedata.category(c)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if c in _JOINERS:
            is_seen = not before.isascii() and not after.isascii()
        elif c in _LAYOUT:
            is_seen = True
        else:
            is_drawn = category not in _INVISIBLE and not _BLANK.match(c)
            is_seen = is_drawn and marks <= MAX_COMBINING_MARKS
        yield c if is_seen else c.encode("unicode_escape").decode("ascii")


def cut(text: str, max_chars: int = MAX_SHOWN_CHARS) -> tuple[str, int]:
    """Return the first characters of `text`, and how many were left out."""
    return text[:max_chars], max(0, len(text) - max_chars)


@functools.lru_cache(maxsize=4096)  # pages of a class say the same of each student
def prose(text: str) -> Markup:
    """Return a sentence as HTML: escaped, with what stands between `backticks` set as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(visible(text)))))
