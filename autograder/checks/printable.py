"""Names and values that a worker reports, made fit for a line or a sentence."""

from __future__ import annotations

MAX_NAME_CHARS = 100
MAX_INT = 10**9  # the parameters of a very large network
MAX_ENTRIES = 8  # of a shape
OMITTED_VALUE = "…"  # in the place of a value that is not printed


def tellable(value: object) -> object:
    """Return a value of a finding for a sentence; an ellipsis where it could carry a message.

    Graders tell what they measured. A worker may have chosen a count or a shape, and a number of
    twenty digits holds a hidden input.
    """
    if isinstance(value, (list, tuple)):
        if len(value) > MAX_ENTRIES:
            return OMITTED_VALUE
        entries = [tellable(entry) for entry in value]
        return entries if isinstance(value, list) else tuple(entries)
    if isinstance(value, int):
        return value if abs(value) < MAX_INT else OMITTED_VALUE
    if isinstance(value, float):
        return f"{value:.4g}"
    return value


def printable(text: str, max_chars: int = MAX_NAME_CHARS) -> str:
    """Return a reported name, fit for a line: a class may be called `\\x1b[2J`."""
    return "".join(char if char.isprintable() else "?" for char in text[:max_chars])
