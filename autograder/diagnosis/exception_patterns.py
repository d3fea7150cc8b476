r"""The closed list of exception texts that are understood.

A text is matched whole. Outside its named groups a pattern is a constant text of Python, torch or
numpy; what a group holds is shown only where it can carry no hidden input (`safe_words`):

    name    a word of the student's file, or one of Python's or torch's own
    names   several of them in quotes
    type    a class of the file, of Python or of torch
    size    sizes and counts: below a thousand, or products of 2, 3, 5 and 7, as layers have
    quoted  a text that stands in quotation marks in the student's file
    plain   one of a few constant texts
    rest    anything; never shown
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.diagnosis.outline import Outline
from autograder.diagnosis.safe_words import is_safe

HIDDEN_TEXT = "…"  # in place of a text that may not be shown
_NUMBER = r"-?\d{1,9}"
_NAME = r"[\w.<>]+"
_GROUPS = {
    "name": _NAME,
    "names": r"'\w+'(?:(?:,| and|, and) '\w+')*",
    "type": r"[\w.\-]+",
    "size": _NUMBER,
    "quoted": r"[^'\"]+",
    "rest": r".*",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionText:
    """The text of an exception that is in the list."""

    key: str  # of causes.yml
    values: dict[str, str]  # by group, only those that may be shown
    text: str  # the text, with … for each group that may not be shown


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    key: str
    kinds: frozenset[str]  # the exceptions that have such a text
    expression: re.Pattern[str]


def match_exception_text(kind: str, message: str, outline: Outline) -> ExceptionText | None:
    """Return what a text of an exception of class `kind` says; None for one that is not in the
    list.
    """
    for pattern in _BY_KIND.get(kind, ()):
        match = pattern.expression.fullmatch(message)
        if match is not None:
            shown = {group: text for group, text in match.groupdict().items() if text is not None}
            safe = {group: text for group, text in shown.items() if is_safe(group, text, outline)}
            text = _without(match, set(shown) - set(safe))
            return ExceptionText(key=pattern.key, values=safe, text=text)
    return None


def _without(match: re.Match[str], hidden: set[str]) -> str:
    """Return the text of a match without what its groups of those names hold, on one line."""
    text, end = "", 0
    for group in sorted(hidden, key=match.start):
        text += match.string[end : match.start(group)] + HIDDEN_TEXT
        end = match.end(group)
    shown = " ".join((text + match.string[end:]).replace("`", "'").split())
    return "" if shown == HIDDEN_TEXT else shown


def _read(table: str) -> Iterator[_Pattern]:
    """Yield the patterns of a table: a line with exceptions in brackets, then a line per text."""
    kinds: frozenset[str] = frozenset()
    for line in table.strip().splitlines():
        line = line.strip()
        if line.startswith("["):
            kinds = frozenset(line.strip("[]").split())
        elif line and not line.startswith("#"):
            key, _, text = line.partition(" | ")
            yield _Pattern(key=key.strip(), kinds=kinds, expression=_compiled(text.strip()))


def _compiled(text: str) -> re.Pattern[str]:
    """Return the expression of a text with groups, written `{kind}` or `{kind:expression}`."""
    parts = re.split(r"\{(\w+)(?::([^{}]+))?\}", text)
    expression = re.escape(parts[0])
    for group, own, constant in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        expression += f"(?P<{group}>{own or _GROUPS[group.rstrip('0123456789')]})" + re.escape(
            constant
        )
    return re.compile(expression, re.DOTALL)


_PATTERNS = tuple(_read(Path(__file__).with_name("exceptions.txt").read_text(encoding="utf-8")))
_BY_KIND = {
    kind: [p for p in _PATTERNS if kind in p.kinds] for each in _PATTERNS for kind in each.kinds
}
