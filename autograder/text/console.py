"""The terminal: a console, signs that every encoding has, and text without control codes."""

from __future__ import annotations

import textwrap
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from autograder.model import Outcome
from autograder.text.sanitize import one_line, visible


class Sign(NamedTuple):
    """A sign before a line: a character, its plain substitute, and its colour."""

    fancy: str
    plain: str  # for a terminal whose encoding (cp1252, say) has no such character
    style: str


console = Console(highlight=False, emoji=False)
MIN_WIDTH = 40  # columns to which a text is wrapped
PASSED = Sign("✓", "+", "green")
FAILED = Sign("✗", "x", "red")
UNCHECKED = Sign("–", "-", "yellow")
WAITING = Sign("·", "-", "dim")
BAR = Sign("│", "|", "dim")
SIGN_OF_OUTCOME = {Outcome.PASSED: PASSED, Outcome.BLOCKED: UNCHECKED, Outcome.MANUAL: WAITING}


def shown(text: str) -> str:
    """Return `text` as one line of rich's markup, in which nothing is interpreted."""
    return escape(one_line(text))


def sign_text(sign: Sign) -> Text:
    """Return a sign in its colour, in a form that the terminal's encoding has."""
    try:
        sign.fancy.encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        return Text(sign.plain, sign.style)
    return Text(sign.fancy, sign.style)


def sign_of(outcome: Outcome) -> Sign:
    """Return the sign for how a check ended."""
    return SIGN_OF_OUTCOME.get(outcome, FAILED)


def print_text(text: str, indent: int = 0, sign: Sign | None = None, style: str = "") -> None:
    """Print a text that others may have written, wrapped and indented as a paragraph."""
    lead = Text(" " * indent)
    if sign is not None:
        lead = Text.assemble(lead, sign_text(sign), " ")
    width = max(console.width, MIN_WIDTH) - len(lead)
    for paragraph in visible(text).split("\n"):
        lines = textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False)
        for line in lines or [""]:
            console.print(Text.assemble(lead, Text(line, style)), soft_wrap=True)
            lead = Text(" " * len(lead))
