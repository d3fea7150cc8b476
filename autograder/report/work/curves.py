"""Training curves as SVG: loss and accuracy per epoch, the best epoch, a comparison dashed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from markupsafe import Markup, escape

from autograder.model import HandedCurves, Lang
from autograder.report.labels import label_group
from autograder.text.sentences import say

WIDTH, HEIGHT = 340, 200  # of one picture, in user units
LEFT, RIGHT, TOP, BOTTOM = 34, 82, 30, 22  # margins; the names of curves stand on the right
MIN_LABEL_GAP = 12  # between the names of two curves
MAX_LOSS_FACTOR = 6  # a loss above this many times the median is cut: it would flatten the rest
COMPARISON_WORDS = ("scratch", "baseline", "compare")  # in the name of a file of a comparison

Quantity: TypeAlias = Literal["loss", "accuracy"]
CurveKind: TypeAlias = Literal["train", "val", "scratch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One line of a picture."""

    kind: CurveKind
    values: tuple[float, ...]  # one per epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """From epochs and figures to places in a picture."""

    epochs: int
    low: float
    high: float

    def x(self, epoch: int) -> float:
        """Return the place of an epoch, which counts from 0."""
        return LEFT + (WIDTH - LEFT - RIGHT) * (epoch / max(1, self.epochs - 1))

    def y(self, value: float) -> float:
        """Return the place of a figure; one outside the scale lies at its border."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)


def curves_pictures(every: Sequence[HandedCurves], lang: Lang) -> tuple[Markup, ...]:
    """Return a picture of the losses and one of the accuracies, of what there is."""
    main = next((curves for curves in every if not is_comparison(curves)), None)
    other = next((curves for curves in every if is_comparison(curves)), None)
    pictures = []
    quantities: tuple[Quantity, ...] = ("loss", "accuracy")
    for quantity in quantities:
        curves = list(_curves_of(quantity, main, other))
        if curves:
            pictures.append(_picture(quantity, curves, best_epoch(main), lang))
    return tuple(pictures)


def is_comparison(curves: HandedCurves) -> bool:
    """Return whether a file tells of a training that the main one is compared with."""
    return any(word in curves.file for word in COMPARISON_WORDS)


def best_epoch(main: HandedCurves | None) -> int | None:
    """Return the epoch of the best validation, from 0, by loss if there is one; None without."""
    if main is not None and main.val_loss:
        return main.val_loss.index(min(main.val_loss))
    if main is not None and main.val_accuracy:
        return main.val_accuracy.index(max(main.val_accuracy))
    return None


def _curves_of(
    quantity: Quantity, main: HandedCurves | None, other: HandedCurves | None
) -> Iterator[Curve]:
    found: list[tuple[CurveKind, tuple[float, ...]]] = []
    if main is not None:
        is_loss = quantity == "loss"
        found.append(("train", main.train_loss if is_loss else main.train_accuracy))
        found.append(("val", main.val_loss if is_loss else main.val_accuracy))
    if other is not None:
        found.append(("scratch", other.val_loss if quantity == "loss" else other.val_accuracy))
    yield from (Curve(kind=kind, values=values) for kind, values in found if values)


def _picture(quantity: Quantity, curves: Sequence[Curve], best: int | None, lang: Lang) -> Markup:
    scale = _scale(quantity, curves)
    words = escape(_in_words(quantity, curves, best, lang))
    parts = [
        f'<svg class="curves" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" aria-label="{words}">',
        _text("title", 0, 11, label_group("curve", lang)[quantity]),
        *_axes(quantity, scale, lang),
    ]
    if best is not None:
        parts += _best(scale, best, lang)
    for curve in curves:
        points = " ".join(
            f"{scale.x(epoch):.1f},{scale.y(value):.1f}" for epoch, value in enumerate(curve.values)
        )
        parts.append(f'<polyline class="curve curve-{curve.kind}" points="{points}"/>')
        if len(curve.values) == 1:
            place = f'cx="{scale.x(0):.1f}" cy="{scale.y(curve.values[0]):.1f}"'
            parts.append(f'<circle class="dot curve-{curve.kind}" {place} r="3"/>')
    parts += _names(scale, curves, lang)
    return Markup("".join([*parts, "</svg>"]))


def _scale(quantity: Quantity, curves: Sequence[Curve]) -> Scale:
    epochs = max(len(curve.values) for curve in curves)
    if quantity == "accuracy":
        return Scale(epochs=epochs, low=0.0, high=1.0)
    values = sorted(value for curve in curves for value in curve.values)
    highest = min(values[-1], values[len(values) // 2] * MAX_LOSS_FACTOR)
    return Scale(epochs=epochs, low=0.0, high=highest or 1.0)


def _axes(quantity: Quantity, scale: Scale, lang: Lang) -> Iterator[str]:
    for share in (0.0, 0.5, 1.0):
        value = scale.high * share
        y = scale.y(value)
        yield f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
        yield _text("axis", LEFT - 5, y + 3.5, _figure(quantity, value, lang), anchor="end")
    for epoch in sorted({0, scale.epochs - 1}):
        yield _text("axis", scale.x(epoch), HEIGHT - 6, str(epoch + 1), anchor="middle")
    name = label_group("curve", lang)["epoch"]
    yield _text("axis", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, name, anchor="middle")


def _best(scale: Scale, best: int, lang: Lang) -> Iterator[str]:
    x = scale.x(best)
    yield f'<path class="best" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>'
    words = label_group("curve", lang)["best"].format(epoch=best + 1)
    is_right = best > scale.epochs / 2
    yield _text("axis", x - 4 if is_right else x + 4, TOP - 4, words, "end" if is_right else "")


def _names(scale: Scale, curves: Sequence[Curve], lang: Lang) -> Iterator[str]:
    """Yield the name of each curve at its end, none over another."""
    names = label_group("curve", lang)
    lowest = float("-inf")
    for curve in sorted(curves, key=lambda curve: scale.y(curve.values[-1])):
        lowest = max(scale.y(curve.values[-1]), lowest + MIN_LABEL_GAP)
        yield _text(f"name name-{curve.kind}", WIDTH - RIGHT + 5, lowest + 3.5, names[curve.kind])


def _text(style: str, x: float, y: float, text: str, anchor: str = "") -> str:
    attributes = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}"{attributes}>{escape(text)}</text>'


def _in_words(quantity: Quantity, curves: Sequence[Curve], best: int | None, lang: Lang) -> str:
    """Return what a picture shows, for who hears it."""
    names = label_group("curve", lang)
    parts = []
    for curve in curves:
        first, last = (_figure(quantity, v, lang) for v in (curve.values[0], curve.values[-1]))
        parts.append(names["from_to"].format(name=names[curve.kind], first=first, last=last))
    if best is not None:
        parts.append(names["best"].format(epoch=best + 1))
    return f"{names[quantity]}: {'; '.join(parts)}."


def _figure(quantity: Quantity, value: float, lang: Lang) -> str:
    """Return a figure as people read it in a language."""
    if quantity == "accuracy":
        return say("numbers", "percent", lang, number=f"{100 * value:.0f}")
    return f"{value:.3g}".replace(".", say("numbers", "decimal", lang))
