"""A confusion matrix as a picture in numbers: cells by shade, ticks, and the largest confusions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

Counts: TypeAlias = tuple[tuple[int, ...], ...]  # true class x predicted class

# Opacity of a cell, by the share of its true class's images from which on it applies. The first one
# is dark enough to show a single image.
OPACITY_FROM_SHARE = (
    (Fraction(0), "0.22"),
    (Fraction(1, 20), "0.4"),
    (Fraction(1, 5), "0.6"),
    (Fraction(1, 2), "0.8"),
    (Fraction(4, 5), "1"),
)
MAX_TICKS = 7  # numbers along an axis; more do not fit on a phone
MAX_NUMBERED_CLASSES = 14  # up to so many classes are all numbered
MAX_NAMED_PAIRS = 3  # confusions that are named


@dataclass(frozen=True, slots=True, kw_only=True)
class CellShade:
    """The cells of one shade: opacity, and one SVG path over all of them, a unit square each."""

    opacity: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisTick:
    """A class's number beside its row or below its column."""

    label: int
    at: str  # in percent of the axis


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusedPair:
    """A class that was taken for another."""

    label: int
    taken_for: int
    count: int
    n: int  # images of the class


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusionPicture:
    """A confusion matrix of the classes that occur: rows by true class, columns by predicted."""

    size: int  # classes
    shades: tuple[CellShade, ...]
    ticks: tuple[AxisTick, ...]
    pairs: tuple[ConfusedPair, ...]  # the most frequent first


def picture(counts: Counts) -> ConfusionPicture:
    """Return the picture of `counts`, without classes that neither occur nor were predicted."""
    classes = []
    for k, row in enumerate(counts):
        if sum(row) or any(other[k] for other in counts):
            classes.append(k)
    return ConfusionPicture(
        size=len(classes),
        shades=_shades(counts, classes),
        ticks=_ticks(classes),
        pairs=_pairs(counts),
    )


def _shades(counts: Counts, classes: list[int]) -> tuple[CellShade, ...]:
    """Return the cells that hold anything, by opacity, the lightest first."""
    squares: dict[str, list[str]] = {opacity: [] for _, opacity in OPACITY_FROM_SHARE}
    for y, true in enumerate(classes):
        for x, predicted in enumerate(classes):
            if counts[true][predicted]:
                share = Fraction(counts[true][predicted], sum(counts[true]))
                squares[_opacity(share)].append(f"M{x} {y}h1v1h-1z")
    return tuple(
        CellShade(opacity=opacity, path="".join(paths))
        for opacity, paths in squares.items()
        if paths
    )


def _opacity(share: Fraction) -> str:
    return [opacity for least, opacity in OPACITY_FROM_SHARE if share >= least][-1]


def _ticks(classes: list[int]) -> tuple[AxisTick, ...]:
    """Return the numbers along an axis: of all classes, or of some at even distances."""
    size = len(classes)
    step = 1 if size <= MAX_NUMBERED_CLASSES else -(-size // MAX_TICKS)
    return tuple(
        AxisTick(label=classes[i], at=f"{100 * (i + 0.5) / size:.2f}%")
        for i in range(0, size, step)
    )


def _pairs(counts: Counts) -> tuple[ConfusedPair, ...]:
    pairs = []
    for true, row in enumerate(counts):
        for predicted, count in enumerate(row):
            if count and true != predicted:
                pair = ConfusedPair(label=true, taken_for=predicted, count=count, n=sum(row))
                pairs.append(pair)
    pairs.sort(key=lambda pair: (-pair.count, pair.label, pair.taken_for))
    return tuple(pairs[:MAX_NAMED_PAIRS])
