"""Made documents: a history that gives an accuracy, a report, pictures of curves and matrices."""

from __future__ import annotations

import csv
import io
import json
import math
import random
from collections.abc import Iterable, Sequence
from typing import Any

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

NUM_CLASSES = 102
EPOCH_COUNT = 18

History = dict[str, Any]


def history_of(
    accuracy: float, top5: float, train: float, val: float, draw: random.Random
) -> History:
    """Return a history that leads to an accuracy.

    `train` and `val` are how far the last training and the best validation accuracy are above it.
    """
    val_best, train_last = (
        min(0.999, accuracy + val - draw.uniform(0, 0.01)),
        min(0.999, accuracy + train),
    )
    grown = [1 - math.exp(-(epoch + 1) / 4) for epoch in range(EPOCH_COUNT)]
    vals = [val_best * g / grown[-1] - draw.uniform(0, 0.015) for g in grown[:-1]] + [val_best]
    trains = [train_last * g / grown[-1] - draw.uniform(0, 0.01) for g in grown[:-1]] + [train_last]
    return {
        "train_loss": [round(4.6 * (1 - t) + 0.02, 4) for t in trains],
        "train_acc": [round(t, 4) for t in trains],
        "val_loss": [round(4.6 * (1 - v) + 0.1, 4) for v in vals],
        "val_acc": [round(v, 4) for v in vals],
        "lr": [
            5e-4 * (1 + math.cos(math.pi * epoch / EPOCH_COUNT)) for epoch in range(EPOCH_COUNT)
        ],
        "test_acc": round(accuracy, 4),
        "test_top5": round(min(1.0, max(top5, accuracy)), 4),
    }


def dumped(history: History) -> bytes:
    """Return a history as JSON; NaN as Python writes it."""
    return json.dumps(history, indent=2).encode()


def table(rows: Iterable[Iterable[Any]]) -> bytes:
    """Return rows as CSV."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


def report(history: History, scratch: History) -> bytes:
    """Return a report that compares both ways."""
    return f"""# Informe

Partí de una ResNet-18 preentrenada en ImageNet: primero entrené solo el clasificador y después \
descongelé las dos
últimas etapas con una tasa diez veces menor. La mejor exactitud de validación fue \
{max(history["val_acc"]):.1%} y
la de la prueba, {history["test_acc"]:.1%}.

La misma red desde cero llegó al {max(scratch["val_acc"]):.1%} en validación y al \
{scratch["test_acc"]:.1%} en la
prueba: con diez imágenes por clase no hay bastantes datos para aprender los filtros, \
que con transfer learning ya
están aprendidos. También tardó más épocas y se sobreajustó antes.
""".encode()


def encoded(picture: Image.Image) -> bytes:
    """Return a picture as PNG."""
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def curves(history: History) -> bytes:
    """Return a picture of loss and accuracy of each epoch, side by side."""
    picture = Image.new("RGB", (900, 380), "white")
    pen = ImageDraw.Draw(picture)
    for panel, kind in enumerate(("loss", "acc")):
        left, bottom, width, height = 60 + panel * 440, 330, 370, 280
        pen.line([(left, bottom - height), (left, bottom), (left + width, bottom)], fill="black")
        pen.text((left + width // 2, 345), f"epoch / {kind}", fill="black")
        top = max(*history[f"train_{kind}"], *history[f"val_{kind}"], 1e-9)
        for part, colour in (("train", "#1f77b4"), ("val", "#ff7f0e")):
            values = history[f"{part}_{kind}"]
            step = width / max(1, len(values) - 1)
            points = [
                (left + i * step, bottom - height * v / top) for i, v in enumerate(values) if v == v
            ]
            pen.line(points, fill=colour, width=2)
            pen.text((left + width - 60, 40 + 14 * (part == "val")), part, fill=colour)
    return encoded(picture)


def heat_map(confusion: Sequence[Sequence[int]]) -> bytes:
    """Return a confusion matrix in shades of blue."""
    picture = Image.new("RGB", (NUM_CLASSES, NUM_CLASSES), "white")
    top = max(1, *(max(row) for row in confusion))
    for i, row in enumerate(confusion):
        for k, count in enumerate(row):
            if count:
                shade = int(220 * (1 - count / top))
                picture.putpixel((k, i), (shade, shade, 255))
    return encoded(picture.resize((NUM_CLASSES * 6, NUM_CLASSES * 6), Image.Resampling.NEAREST))


def blank(side: int = 480) -> bytes:
    """Return the blank picture that savefig writes after show."""
    return encoded(Image.new("RGB", (side, side), "white"))


def specks() -> bytes:
    """Return a picture of three pixels on white that is noisy by a grey level."""
    picture = Image.new("RGB", (480, 360), "white")
    for place in range(0, 480 * 360, 7):
        picture.putpixel((place % 480, place // 480), (254, 255, 254))
    for place, colour in enumerate(("black", "red", "blue")):
        picture.paste(colour, (9 * place, 9, 9 * place + 1, 10))
    return encoded(picture)


def photograph() -> bytes:
    """Return a picture of anything but a chart: every pixel has a colour of its own."""
    channels = [Image.effect_noise((480, 360), 64) for _ in range(3)]
    return encoded(Image.merge("RGB", channels))


def saved_again(content: bytes) -> bytes:
    """Return the same picture as another file: less compressed, and with a comment."""
    comment = PngInfo()
    comment.add_text("Title", "Confusion matrix")
    stream = io.BytesIO()
    with Image.open(io.BytesIO(content)) as picture:
        picture.save(stream, "PNG", compress_level=1, pnginfo=comment)
    return stream.getvalue()
