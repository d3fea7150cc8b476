"""How much handed-in work a page holds: more code and pictures would make it too heavy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.model import HandedPicture, HandedText

MAX_PICTURE_BYTES = 36 << 10  # of all pictures of a page, as PNG


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRoom:
    """How many characters of code a page holds, and up to how many it is colored."""

    colored: int
    plain: int


STUDENT_ROOM = CodeRoom(colored=30_000, plain=60_000)
STAFF_ROOM = CodeRoom(colored=20_000, plain=32_000)  # evidence needs room, too


def is_colored(texts: Iterable[HandedText], room: CodeRoom) -> bool:
    """Return whether there is room for the colors of this code: they double its size."""
    return sum(len(text.text) for text in texts) <= room.colored


def fitted(
    by_assignment: Mapping[str, Sequence[HandedText]], room: CodeRoom
) -> dict[str, tuple[HandedText, ...]]:
    """Return the code of each assignment, cut so that all of it fits.

    Each has an equal share of the room; what a short one leaves is for the others.
    """
    sizes = {name: sum(len(t.text) for t in texts) for name, texts in by_assignment.items()}
    left, shares = room.plain, {}
    waiting = sorted(sizes, key=lambda name: sizes[name])
    for number, name in enumerate(waiting):
        shares[name] = min(sizes[name], left // (len(waiting) - number))
        left -= shares[name]
    return {name: _cut(texts, shares[name]) for name, texts in by_assignment.items()}


def _cut(texts: Iterable[HandedText], max_chars: int) -> tuple[HandedText, ...]:
    """Return the first texts; the one that reaches the limit is cut at a line."""
    kept = []
    for text in texts:
        if max_chars <= 0:
            break
        shown = text.text
        if len(shown) > max_chars:
            shown = shown[:max_chars].rpartition("\n")[0]
        max_chars -= len(text.text)
        left_out = text.left_out + len(text.text) - len(shown)
        kept.append(replace(text, text=shown, left_out=left_out))
    return tuple(kept)


def fitting_pictures(
    pictures: Iterable[HandedPicture],
) -> tuple[tuple[HandedPicture, ...], tuple[HandedPicture, ...]]:
    """Return the pictures that fit on a page, and the others; the smallest find room first."""
    every = list(pictures)
    left, fitting = MAX_PICTURE_BYTES, set()
    for number in sorted(range(len(every)), key=lambda number: len(every[number].png)):
        if len(every[number].png) <= left:
            left -= len(every[number].png)
            fitting.add(number)
    shown = tuple(picture for number, picture in enumerate(every) if number in fitting)
    others = tuple(picture for number, picture in enumerate(every) if number not in fitting)
    return shown, others
