"""A student's code on a page: whole with notes in its margin, and the lines around one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from autograder.model import Frame, HandedText
from autograder.report.work.highlight import code_lines, plain_lines
from autograder.text.sanitize import visible

LINES_AROUND = 2  # before and after the line that an excerpt points at
LINES_OF_DEFINITION = 6  # after the line that defines something


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginNote:
    """A note beside a line, which leads to what it is about."""

    line: int  # from 1
    anchor: str  # the id of the element that explains it
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A file or a notebook's cell, as a page shows it."""

    text: HandedText
    anchor: str  # the id of its element; a line's is this and the line's number
    is_colored: bool = True

    @property
    def lines(self) -> Sequence[Markup]:
        """Return its lines as HTML."""
        return code_lines(self.text.text) if self.is_colored else plain_lines(self.text.text)

    def line_anchor(self, line: int) -> str:
        """Return the id of a line."""
        return f"{self.anchor}-{line}"

    def shows(self, frame: Frame) -> bool:
        """Return whether the line of `frame` is one of this listing's."""
        is_here = frame.file == self.text.file and frame.cell == self.text.cell
        return is_here and 1 <= frame.line <= len(self.lines)


def listings_of(
    texts: Iterable[HandedText], prefix: str, *, is_colored: bool = True
) -> tuple[Listing, ...]:
    """Return the listings of what holds code; their anchors begin with `prefix`."""
    return tuple(
        Listing(text=text, anchor=f"{prefix}-{number}", is_colored=is_colored)
        for number, text in enumerate(code_of(texts), start=1)
    )


def code_of(texts: Iterable[HandedText]) -> tuple[HandedText, ...]:
    """Return what holds code."""
    return tuple(text for text in texts if text.file.endswith((".py", ".ipynb")))


def documents_of(texts: Iterable[HandedText]) -> tuple[HandedText, ...]:
    """Return what was written for people to read."""
    return tuple(text for text in texts if not text.file.endswith((".py", ".ipynb")))


def listing_of(listings: Iterable[Listing], frame: Frame) -> Listing | None:
    """Return the listing that shows the line of `frame`; None where none does."""
    return next((listing for listing in listings if listing.shows(frame)), None)


def whole(listing: Listing, notes: Iterable[MarginNote] = ()) -> Markup:
    """Return all lines of a listing, each with its number, and its notes beside their lines."""
    by_line: dict[int, list[MarginNote]] = {}
    for note in notes:
        by_line.setdefault(note.line, []).append(note)
    return _pre(listing, range(1, len(listing.lines) + 1), by_line, has_ids=True)


def excerpt(listing: Listing, line: int, *, is_definition: bool = False) -> Markup:
    """Return the lines around `line`, which is pointed at; of a definition the ones below it."""
    before, after = (0, LINES_OF_DEFINITION) if is_definition else (LINES_AROUND, LINES_AROUND)
    shown = range(max(1, line - before), min(len(listing.lines), line + after) + 1)
    return _pre(listing, shown, {line: []}, has_ids=False)


def _pre(
    listing: Listing,
    shown: range,
    notes: Mapping[int, Sequence[MarginNote]],
    *,
    has_ids: bool,
) -> Markup:
    lines, code = [], listing.lines
    for number in shown:
        attributes = f' data-n="{number}"'
        beside = ""
        if number in notes:
            beside = "".join(map(_note, notes[number]))
            identity = f' id="{escape(listing.line_anchor(number))}"' if has_ids else ""
            attributes += f' class="hit"{identity}'
        lines.append(f"<span{attributes}>{beside}{code[number - 1]}\n</span>")
    return Markup(f'<pre class="listing">{"".join(lines)}</pre>')


def _note(note: MarginNote) -> str:
    anchor, text = escape(note.anchor), escape(visible(note.text))
    return f'<a class="margin-note" href="#{anchor}">{text}</a>'
