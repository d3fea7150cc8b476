"""Readers of one answer: letters, numbers or words; UnreadableAnswer where it is ambiguous."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction

from autograder.questionnaire.questions import OPTION_LETTERS, UNIT_SCALES, Kind, Unit

Raw = str | tuple[str, ...]  # as it was written: one value, or a list of values

UNKNOWN_WORDS = {
    "no se",
    "no lo se",
    "ni idea",
    "ns",
    "ns nc",
    "nsnc",
    "na",
    "idk",
    "i don t know",
    "i do not know",
}
CONNECTOR_WORDS = {
    "y",
    "and",
    "luego",
    "despues",
    "then",
    "opcion",
    "opciones",
    "option",
    "options",
}
RANGE_PATTERN = re.compile(r"[a-z]\s*(?:-|–|—|\.\.+|…)\s*[a-z]", re.IGNORECASE)
MAX_NUMBER_CHARS = 60
# of thousands and of decimals
SEPARATOR_PAIRS = (
    *((".", ","), (",", "."), (" ", ","), (" ", ".")),
    *(("'", ","), ("'", "."), ("_", ".")),
)
SUPERSCRIPT_TABLE = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
QUANTITY_PATTERN = re.compile(
    r"[≈~=]*\s*(?P<mantissa>[+-]?[\d.,'_ ]*\d)"
    r"(?:(?:\s*[x*·×]\s*10\s*\^\s*|\s*e)(?P<exponent>[+-]?\d{1,2}))?"
    r"\s*(?P<unit>%|m\b|millon(?:es)?\b|millions?\b|por ciento\b|percent\b)?"
    r"(?:\s*(?:de )?(?:parametros|parameters|params)\b)?[.\s]*",
    re.ASCII,
)
POWER_PATTERN = re.compile(r"10\s*\^\s*([+-]?\d{1,2})", re.ASCII)
RATIO_PATTERN = re.compile(r"(\d{1,9})\s*/\s*(\d{1,9})", re.ASCII)


class UnreadableAnswer(Exception):
    """Raised where it is not certain what an answer says; `why` is a word, and a person decides."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def fold(text: str) -> str:
    """Return words in lower case, without accents, punctuation and superfluous space."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return " ".join(re.sub(r"[\W_]+", " ", plain).split())


def is_blank(raw: Raw) -> bool:
    """Return whether nothing was answered, or that one does not know."""
    words = fold(raw if isinstance(raw, str) else " ".join(raw))
    return words in {"", "null"} or words in UNKNOWN_WORDS


def read_letters(raw: Raw, options: int, kind: Kind) -> tuple[int, ...]:
    """Return the positions of the chosen letters (0 for a), in the order written.

    `b`, `(B)`, `a, c`, `a y c`, `[a, c]`, `ac`, `b > a > c` can be read. UnreadableAnswer for a
    letter twice, a letter that is no option, more than one where one is asked for, or a choice that
    may be a range (`a-c`).
    """
    text = raw if isinstance(raw, str) else ", ".join(raw)
    words = [word for word in fold(text).split() if word not in CONNECTOR_WORDS]
    letters = list(words[0]) if kind != "single" and len(words) == 1 else words
    chosen = [OPTION_LETTERS.find(letter) if len(letter) == 1 else -1 for letter in letters]
    is_repeated = len(set(chosen)) < len(chosen)
    if not chosen or is_repeated or not all(0 <= place < options for place in chosen):
        raise UnreadableAnswer("letters")
    if kind == "single" and len(chosen) > 1:
        raise UnreadableAnswer("letters")
    if kind == "multiple" and RANGE_PATTERN.search(text):
        raise UnreadableAnswer("letters")
    return tuple(chosen)


def read_number(raw: Raw, unit: Unit) -> frozenset[Fraction]:
    """Return every number that an answer can mean, in units of one.

    Decimal comma or point, separators of thousands, `1e-5`, `10^-5`, `1/1024`. `11.689` may be both
    11,689 and 11.689. A number without a unit is read in that of the question and in ones: where
    11.7 M is asked for, 11.7 and 11,700,000 say the same. A unit that was not asked for:
    UnreadableAnswer.
    """
    if not isinstance(raw, str) or len(raw) > MAX_NUMBER_CHARS:
        raise UnreadableAnswer("number")
    text = _plain_number(raw)
    if match := RATIO_PATTERN.fullmatch(text):
        if int(match[2]) == 0:
            raise UnreadableAnswer("number")
        return frozenset({Fraction(int(match[1]), int(match[2]))})
    if match := POWER_PATTERN.fullmatch(text):
        return frozenset({Fraction(10) ** int(match[1])})
    quantity = QUANTITY_PATTERN.fullmatch(text)
    if quantity is None:
        raise UnreadableAnswer("number")
    power = Fraction(10) ** int(quantity["exponent"] or 0)
    numbers = {number * power for number in _decimals(quantity["mantissa"])}
    written = _unit(quantity["unit"])
    if not numbers or written not in {"", unit}:
        raise UnreadableAnswer("number")
    scales = {UNIT_SCALES[unit]} if written else {UNIT_SCALES[unit], Fraction(1)}
    return frozenset(number * scale for number in numbers for scale in scales)


def _plain_number(raw: str) -> str:
    """Return a number's text in plain characters: lower case, no accents, `^` for powers."""
    powers = re.sub(r"[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: "^" + m[0].translate(SUPERSCRIPT_TABLE), raw)
    decomposed = unicodedata.normalize(
        "NFKD", powers.replace("\N{MINUS SIGN}", "-").replace("’", "'")
    )
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().strip()


def _decimals(text: str) -> Iterator[Fraction]:
    """Return what digits with separators can mean; nothing where their order is wrong."""
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-").strip()
    digits = f"0{digits}" if digits[0] in ".," else digits
    for thousands, point in SEPARATOR_PAIRS:
        group, dot = re.escape(thousands), re.escape(point)
        whole = rf"(\d+|[1-9]\d{{0,2}}(?:{group}\d{{3}})+)"
        if match := re.fullmatch(rf"{whole}(?:{dot}(\d+))?", digits, re.ASCII):
            decimals = match[2] or ""
            yield sign * Fraction(
                int(match[1].replace(thousands, "") + decimals), 10 ** len(decimals)
            )


def _unit(written: str | None) -> Unit:
    if not written:
        return ""
    return "M" if written.startswith("m") else "%"
