"""Drawings: the JPEG of one flower, with random colours, size and background."""

from __future__ import annotations

import io
import math
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFilter

from autograder.measuring.data.species import Species

SHORT_SIDE = 128  # pixels
DRAWING_SCALE = 2  # drawn so many times as large, then reduced: that gives smooth edges
BACKGROUND_COLOURS = [
    (60, 95, 45),
    (40, 60, 35),
    (105, 90, 65),
    (150, 165, 175),
]  # RGB of the backgrounds

RGB: TypeAlias = tuple[int, ...]
Point: TypeAlias = tuple[float, float]


def draw(species: Species, random: np.random.Generator) -> bytes:
    """Return a JPEG of one flower, somewhere in front of a blurred background."""
    long_side = int(random.integers(SHORT_SIDE, SHORT_SIDE * 4 // 3))
    upright = bool(random.integers(2))
    size = (SHORT_SIDE, long_side) if upright else (long_side, SHORT_SIDE)
    large = (size[0] * DRAWING_SCALE, size[1] * DRAWING_SCALE)
    picture = _background(large, random)
    radius = SHORT_SIDE * DRAWING_SCALE * random.uniform(0.35, 0.46)
    centre = tuple(side * random.uniform(0.44, 0.56) for side in large)
    _flower(ImageDraw.Draw(picture), species, (centre[0], centre[1]), radius, random)
    small = np.asarray(picture.resize(size, Image.Resampling.BOX), dtype=np.float64)  # (H, W, 3)
    small = small * random.uniform(0.9, 1.08) + random.normal(0, random.uniform(2, 6), small.shape)
    stream = io.BytesIO()
    Image.fromarray(small.clip(0, 255).astype(np.uint8)).save(stream, "JPEG", quality=88)
    return stream.getvalue()


def _background(size: tuple[int, int], random: np.random.Generator) -> Image.Image:
    """Draw foliage, earth or sky out of focus; no colour of it belongs to one class."""
    ground = np.array(BACKGROUND_COLOURS[random.integers(4)])
    brightness = random.normal(0, 12, (6, 7, 1))  # (rows, columns, 1)
    patches = ground + brightness + random.normal(0, 6, (6, 7, 3))  # (rows, columns, RGB)
    picture = Image.fromarray(patches.clip(0, 255).astype(np.uint8))
    picture = picture.resize(size, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(picture)
    for _ in range(random.integers(2, 5)):  # leaves
        at = (float(random.uniform(0, size[0])), float(random.uniform(0, size[1])))
        leaf = _petal(at, random.uniform(60, 140), random.uniform(0, math.tau), 0.4, 0.8, 1.0)
        pen.polygon(leaf, fill=_shaded((55, 100, 45), random.uniform(0.6, 1.3)))
    return picture.filter(ImageFilter.BoxBlur(5))


def _flower(
    pen: ImageDraw.ImageDraw,
    species: Species,
    centre: Point,
    radius: float,
    random: np.random.Generator,
) -> None:
    """Draw the petals row by row, each with a lighter middle, then the disc."""
    colour = _shaded(ImageColor.getrgb(species.colour), random.uniform(0.92, 1.06))
    tilt = random.uniform(0.78, 1.0)  # seen from the side, a flower is flatter
    turn = random.uniform(0, math.tau)
    for row in range(species.rows):
        length = radius * (1 - 0.27 * row)
        for k in range(species.petals):
            angle = turn + math.tau * (k + row / 2) / species.petals + random.normal(0, 0.05)
            reach = length * random.uniform(0.92, 1.06)
            shade = random.uniform(0.84, 1.0) * (1 - 0.08 * row)
            outline = _petal(centre, reach, angle, species.width, species.tip, tilt)
            pen.polygon(outline, fill=_shaded(colour, shade), outline=_shaded(colour, shade * 0.72))
            inner = _petal(centre, reach * 0.85, angle, species.width * 0.5, species.tip, tilt)
            pen.polygon(inner, fill=_shaded(colour, shade * 1.08))
    disc = radius * species.disc * random.uniform(0.92, 1.08)
    _disc(pen, ImageColor.getrgb(species.heart), centre, disc, tilt, random)


def _disc(
    pen: ImageDraw.ImageDraw,
    colour: RGB,
    centre: Point,
    radius: float,
    tilt: float,
    random: np.random.Generator,
) -> None:
    """Draw the disc in the middle of a flower, with 25 grains of other shades."""
    pen.ellipse(_box(centre, radius, tilt), fill=colour, outline=_shaded(colour, 0.7))
    spreads, angles = random.uniform(0, 0.85, 25), random.uniform(0, math.tau, 25)
    for spread, angle in zip(spreads, angles, strict=True):
        x = centre[0] + radius * spread * math.cos(angle)
        y = centre[1] + radius * spread * tilt * math.sin(angle)
        shade = random.uniform(0.7, 1.35)
        pen.ellipse(_box((x, y), radius * 0.08, 1.0), fill=_shaded(colour, shade))


def _petal(
    centre: Point, length: float, angle: float, width: float, tip: float, tilt: float
) -> list[Point]:
    """Return the outline of a petal from `centre` outwards; a `tip` of 1 ends in a point."""
    along = np.linspace(0, 1, 13)
    # Half of the petal's width, by the widest place.
    half = np.sin(math.pi * along ** (0.9 - 0.35 * tip)) ** (0.6 + 0.4 * tip)
    there_and_back = np.concatenate([along, along[::-1]])
    sideways = np.concatenate([half, -half[::-1]]) * width / 2
    x = length * (there_and_back * math.cos(angle) - sideways * math.sin(angle))
    y = length * (there_and_back * math.sin(angle) + sideways * math.cos(angle)) * tilt
    return [(centre[0] + float(dx), centre[1] + float(dy)) for dx, dy in zip(x, y, strict=True)]


def _box(centre: Point, radius: float, tilt: float) -> tuple[float, float, float, float]:
    x, y = centre
    return x - radius, y - radius * tilt, x + radius, y + radius * tilt


def _shaded(colour: RGB, shade: float) -> RGB:
    return tuple(min(255, int(part * shade)) for part in colour)
