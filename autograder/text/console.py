"""The terminal: a console, signs that every encoding has, and text without control codes."""

from __future__ import annotations

import textwrap

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from autograder.model import Outcome
from autograder.text.sanitize import one_line, visible

console = Console(highlight=False, emoji=False)
NARROWEST = 40  # columns to which a text is wrapped
PASSED, FAILED, UNCHECKED = ("✓", "+", "green"), ("✗", "x", "red"), ("–", "-", "yellow")
WAITS = ("·", "-", "dim")
BAR = ("│", "|", "dim")
SIGNS = {Outcome.PASSED: PASSED, Outcome.BLOCKED: UNCHECKED, Outcome.MANUAL: WAITS}


def shown(text: str) -> str:
    """`text` as one line of markup, in which nothing is obeyed."""
    return escape(one_line(text))


def sign(kind: tuple[str, str, str]) -> Text:
    """A sign in its colour, or its plain twin where the terminal's encoding (cp1252, say) has no
    such letter.
    """
    fancy, plain, style = kind
    try:
        fancy.encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        return Text(plain, style)
    return Text(fancy, style)


def sign_of(outcome: Outcome) -> tuple[str, str, str]:
    """The sign for how a check ended."""
    return SIGNS.get(outcome, FAILED)


def tell(
    text: str, indent: int = 0, kind: tuple[str, str, str] | None = None, style: str = ""
) -> None:
    """Print a text that others may have written, wrapped and indented as a paragraph, perhaps
    behind a sign.
    """
    lead = Text(" " * indent)
    if kind is not None:
        lead = Text.assemble(lead, sign(kind), " ")
    width = max(console.width, NARROWEST) - len(lead)
    for part in visible(text).split("\n"):
        wrapped = textwrap.wrap(part, width, break_long_words=False, break_on_hyphens=False) or [""]
        for row in wrapped:
            console.print(Text.assemble(lead, Text(row, style)), soft_wrap=True)
            lead = Text(" " * len(lead))
