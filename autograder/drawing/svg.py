"""A network as SVG: for a page, whose style it takes, or as a file of its own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

from autograder.drawing.description import network_in_words
from autograder.drawing.layout import layout_of
from autograder.drawing.shapes import (
    CENTER,
    FRAME_LEFT,
    MARGIN,
    RADIUS,
    Box,
    Circle,
    Drawing,
    Frame,
    Line,
)
from autograder.drawing.words import say
from autograder.model import Lang, NetworkGraph
from autograder.text.sanitize import visible

ARROW_LENGTH = 6
ARROW_HALF = 3.5
DARK = (
    "@media screen and (prefers-color-scheme: dark) { .network { --text: #e8e6e3; --card: #1e2126;"
    " --muted: #a9afb8; --code: #2a2e35; --link: #9cc2ff; background: #16181c; } }"
)
LIGHT = ".network { background: #fff; }"


@cache
def style() -> Markup:
    """Return the style of drawings, to stand in a page or a file as it is."""
    return Markup(Path(__file__).with_name("drawing.css").read_text(encoding="utf-8"))


def network_svg(
    graph: NetworkGraph, lang: Lang, marked: int | None = None, *, ends_marked: bool = False
) -> Markup:
    """Return the drawing of a network as an element of a page, with its words for all readers.

    It holds the harness's own labels and numbers, and no script, style or link.
    """
    drawing = layout_of(graph, lang, marked, ends_marked=ends_marked)
    words = escape(network_in_words(graph, lang, marked))
    size = f'width="{drawing.width:g}" height="{drawing.height:g}"'
    box = f'viewBox="0 0 {drawing.width:g} {drawing.height:g}"'
    head = f'<svg class="network" role="img" {size} {box} aria-label="{words}">'
    return Markup("\n".join([head, *_shapes(drawing, lang), "</svg>"]))


def network_file(graph: NetworkGraph, lang: Lang, title: str) -> str:
    """Return the drawing of a network as a file that needs nothing else."""
    drawing = layout_of(graph, lang)
    size = f'width="{drawing.width:g}" height="{drawing.height:g}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="network" role="img" {size}'
        f' viewBox="0 0 {drawing.width:g} {drawing.height:g}"'
        f' aria-labelledby="title words" lang="{lang}">',
        f'<title id="title">{escape(visible(title))}</title>',
        f'<desc id="words">{escape(network_in_words(graph, lang))}</desc>',
        f"<style>{LIGHT}\n{DARK}\n{style()}</style>",
        *_shapes(drawing, lang),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _shapes(drawing: Drawing, lang: Lang) -> Iterator[str]:
    for frame in drawing.frames:
        yield from _frame(frame)
    for line in drawing.lines:
        yield from _line(line)
    for caption in drawing.captions:
        yield _text(caption.x, caption.y, caption.text, "caption")
    for box in drawing.boxes:
        yield from _box(box)
    for circle in drawing.circles:
        yield from _circle(circle)
    for box in drawing.boxes:
        if box.is_marked:
            yield _flag(box.x - 1, box.y + box.height / 2, lang)
    for circle in drawing.circles:
        if circle.is_marked:
            yield _flag(MARGIN - 2, circle.y, lang)


def _frame(frame: Frame) -> Iterator[str]:
    yield (
        f'<rect class="frame" x="{FRAME_LEFT}" y="{frame.y:g}" width="{frame.width:g}"'
        f' height="{frame.height:g}" rx="8"/>'
    )
    yield _text(FRAME_LEFT + 9, frame.y + 15, frame.title, "letter")


def _box(box: Box) -> Iterator[str]:
    place = f'x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"'
    radius = 12 if box.style == "end" else 4
    marked = " marked" if box.is_marked else ""
    yield f'<rect class="box box-{box.style}{marked}" {place} rx="{radius}"/>'
    if box.style == "layer":
        yield f'<rect class="tint" {place} rx="{radius}"/>'
    middle = box.x + box.width / 2
    yield _text(middle, box.y + 16.5, box.title, "title", anchor="middle", width=box.width)
    if box.detail:
        yield _text(middle, box.y + 32, box.detail, "detail", anchor="middle", width=box.width)


def _circle(circle: Circle) -> Iterator[str]:
    marked = " marked" if circle.is_marked else ""
    yield f'<circle class="circle{marked}" cx="{CENTER:g}" cy="{circle.y:g}" r="{RADIUS}"/>'
    yield _text(CENTER, circle.y + 5.5, circle.sign, "sign", anchor="middle")
    yield _text(CENTER - 17, circle.y + 4.5, circle.label, "title", anchor="end")


def _flag(right: float, middle: float, lang: Lang) -> str:
    """Return a flag at the left of a shape, so that it stands out without colour."""
    return (
        f'<path class="flag" d="M{right - 11:g} {middle - 7:g}L{right:g} {middle:g}'
        f'L{right - 11:g} {middle + 7:g}z"><title>{escape(say("here", lang))}</title></path>'
    )


def _line(line: Line) -> Iterator[str]:
    points = [*line.points]
    (x, y), (before_x, before_y) = points[-1], points[-2]
    dx, dy = _sign(x - before_x), _sign(y - before_y)
    points[-1] = (x - dx * ARROW_LENGTH, y - dy * ARROW_LENGTH)
    path = "M" + "L".join(f"{px:g} {py:g}" for px, py in points)
    yield f'<path class="line{" way" if line.is_skip else ""}" d="{path}"/>'
    side_x, side_y = dy * ARROW_HALF, dx * ARROW_HALF
    base_x, base_y = points[-1]
    yield (
        f'<path class="{"way-head" if line.is_skip else "head"}" d="M{x:g} {y:g}'
        f'L{base_x + side_x:g} {base_y + side_y:g}L{base_x - side_x:g} {base_y - side_y:g}z"/>'
    )


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _text(
    x: float, y: float, text: str, style: str, *, anchor: str = "", width: float | None = None
) -> str:
    """Return a text; one that is wider than its box is pressed together."""
    attributes = f' text-anchor="{anchor}"' if anchor else ""
    if width is not None and len(text) * 6.6 > width - 8:
        attributes += f' textLength="{width - 10:g}" lengthAdjust="spacingAndGlyphs"'
    return f'<text class="{style}" x="{x:g}" y="{y:g}"{attributes}>{escape(visible(text))}</text>'
