"""A confusion matrix as a picture in numbers: cells by shade, ticks, and the confusions that occur
most.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

Counts = tuple[tuple[int, ...], ...]  # true class x predicted class

# From which share of a true class's images on a cell is so opaque; the first shade is for a single
# image, too.
SHADES = (
    (Fraction(0), "0.22"),
    (Fraction(1, 20), "0.4"),
    (Fraction(1, 5), "0.6"),
    (Fraction(1, 2), "0.8"),
)
DARKEST = (Fraction(4, 5), "1")
TICKS = 7  # numbers along an axis; more do not fit on a phone
FEW = 14  # classes that are all numbered
PAIRS = 3  # confusions that are named


@dataclass(frozen=True, slots=True, kw_only=True)
class Shade:
    """The cells of one shade: opacity, and one SVG path over all of them, a unit square each."""

    opacity: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A class's number beside its row or below its column."""

    label: int
    at: str  # in percent of the axis


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A class that was taken for another."""

    label: int
    taken_for: int
    count: int
    n: int  # images of the class


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A confusion matrix of the classes that occur, row by true class, column by predicted class."""

    size: int  # classes
    shades: tuple[Shade, ...]
    ticks: tuple[Tick, ...]
    pairs: tuple[Pair, ...]  # the most frequent first


def picture(counts: Counts) -> Picture:
    """The picture of `counts`; classes that neither occur nor were predicted are left out."""
    classes = [k for k, row in enumerate(counts) if sum(row) or any(other[k] for other in counts)]
    cells: dict[str, list[str]] = {opacity: [] for _, opacity in (*SHADES, DARKEST)}
    for y, true in enumerate(classes):
        for x, predicted in enumerate(classes):
            if counts[true][predicted]:
                share = Fraction(counts[true][predicted], sum(counts[true]))
                cells[_opacity(share)].append(f"M{x} {y}h1v1h-1z")
    return Picture(
        size=len(classes),
        shades=tuple(Shade(opacity=o, path="".join(found)) for o, found in cells.items() if found),
        ticks=_ticks(classes),
        pairs=_pairs(counts),
    )


def _opacity(share: Fraction) -> str:
    return [opacity for least, opacity in (*SHADES, DARKEST) if share >= least][-1]


def _ticks(classes: list[int]) -> tuple[Tick, ...]:
    """The numbers of a few classes; of many evenly spread ones, the first among them."""
    step = 1 if len(classes) <= FEW else -(-len(classes) // TICKS)
    places = range(0, len(classes), step)
    return tuple(
        Tick(label=classes[i], at=f"{100 * (i + 0.5) / len(classes):.2f}%") for i in places
    )


def _pairs(counts: Counts) -> tuple[Pair, ...]:
    pairs = [
        Pair(label=true, taken_for=predicted, count=count, n=sum(row))
        for true, row in enumerate(counts)
        for predicted, count in enumerate(row)
        if count and true != predicted
    ]
    return tuple(sorted(pairs, key=lambda p: (-p.count, p.label, p.taken_for))[:PAIRS])
