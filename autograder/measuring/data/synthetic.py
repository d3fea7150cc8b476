"""A small Flowers-102 of drawn flowers, in torchvision's layout: for tests and the demo, which ship
no photos.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFilter

from autograder.errors import CourseError, HostError
from autograder.measuring.data.flowers import FOLDER, KEYS, SPLITS, Split, image_file

SHORT_SIDE = 128  # pixels
SCALE = 2  # drawn so many times as large, then reduced: smooth edges
TRAIN, VAL = (
    10,
    6,
)  # images per class, as many in each class; the test split is not balanced, nor is the real one

RGB = tuple[int, ...]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Species:
    """What the flowers of one class look like."""

    label: int  # 0..101: the class of Flowers-102 that they resemble
    test: int  # images in the test split
    petals: int
    colour: str  # of the petals
    heart: str  # the colour of the disc in the middle
    width: float  # of a petal, by its length
    tip: float  # 0: round; 1: pointed
    disc: float  # radius of the disc, by the flower's
    rows: int = 1  # of petals, each shorter than the one before


SPECIES = {
    "yellow iris": Species(
        label=14, test=9, petals=3, colour="#e6d21e", heart="#784614", width=0.8, tip=0.3, disc=0.12
    ),
    "balloon flower": Species(
        label=18,
        test=12,
        petals=5,
        colour="#5055cd",
        heart="#ebebff",
        width=0.85,
        tip=0.9,
        disc=0.13,
    ),
    "corn poppy": Species(
        label=25,
        test=14,
        petals=4,
        colour="#c81414",
        heart="#140f19",
        width=1.25,
        tip=0.0,
        disc=0.22,
    ),
    "mexican aster": Species(
        label=33,
        test=10,
        petals=8,
        colour="#e169b9",
        heart="#ebbe28",
        width=0.6,
        tip=0.0,
        disc=0.22,
    ),
    "daffodil": Species(
        label=41, test=8, petals=6, colour="#faf5b4", heart="#f57d0a", width=0.6, tip=0.7, disc=0.4
    ),
    "oxeye daisy": Species(
        label=48,
        test=13,
        petals=18,
        colour="#f8f8f8",
        heart="#f0be1e",
        width=0.24,
        tip=0.1,
        disc=0.3,
    ),
    "sunflower": Species(
        label=53,
        test=11,
        petals=20,
        colour="#fab40f",
        heart="#462814",
        width=0.3,
        tip=1.0,
        disc=0.5,
    ),
    "orange dahlia": Species(
        label=58,
        test=7,
        petals=12,
        colour="#eb5a14",
        heart="#b43205",
        width=0.45,
        tip=0.6,
        disc=0.14,
        rows=3,
    ),
    "spring crocus": Species(
        label=66,
        test=5,
        petals=6,
        colour="#8737aa",
        heart="#fa9614",
        width=0.65,
        tip=0.6,
        disc=0.15,
    ),
    "passion flower": Species(
        label=76,
        test=12,
        petals=10,
        colour="#bec8eb",
        heart="#3c1e78",
        width=0.4,
        tip=0.4,
        disc=0.52,
    ),
    "hibiscus": Species(
        label=82,
        test=10,
        petals=5,
        colour="#f0466e",
        heart="#8c0a32",
        width=1.1,
        tip=0.0,
        disc=0.26,
    ),
    "magnolia": Species(
        label=86,
        test=9,
        petals=7,
        colour="#facdd7",
        heart="#8cb446",
        width=0.7,
        tip=0.2,
        disc=0.14,
        rows=2,
    ),
}


def make_flowers(root: Path, seed: int = 0) -> Path:
    """Draw the flowers into `root`/flowers-102, and return `root`. The same seed gives the same
    images.

    `autograder.measuring.data.flowers` reads them, and torchvision does within
    `accepted_by_torchvision`.
    """
    folder = root / FOLDER
    (folder / "jpg").mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    labels: list[int] = []
    splits: dict[Split, list[int]] = {split: [] for split in SPLITS}
    for species in SPECIES.values():
        counts: dict[Split, int] = {"train": TRAIN, "val": VAL, "test": species.test}
        members = [split for split, count in counts.items() for _ in range(count)]
        for place in random.permutation(len(members)):
            split = members[place]
            labels.append(species.label)
            splits[split].append(len(labels))
            image_file(folder, len(labels)).write_bytes(draw(species, random))
    write_lists(folder, labels, splits)
    return root


def draw_anew(root: Path, seed: int = 0) -> Path:
    """`make_flowers` for an operator: nothing is drawn where there are flowers already."""
    if (root / FOLDER).exists() and any((root / FOLDER).iterdir()):
        raise CourseError(
            f"{root / FOLDER}: is there already and stays as it is; name another folder, --data"
        )
    try:
        return make_flowers(root, seed)
    except OSError as error:
        raise HostError(
            f"{error.filename or root}: {error.strerror or error}; name another folder"
        ) from error


def write_lists(folder: Path, labels: Sequence[int], splits: Mapping[Split, Sequence[int]]) -> None:
    """Write imagelabels.mat (of the images 1, 2, ...; labels from 0) and setid.mat (ids by split)."""
    from scipy.io import savemat  # type: ignore[import-untyped]  # it has no types, and takes a while

    tables = {
        "imagelabels.mat": {"labels": np.array(labels, dtype=np.uint8) + 1},
        "setid.mat": {KEYS[split]: np.array(splits[split], dtype=np.uint16) for split in SPLITS},
    }
    for name, table in tables.items():
        stream = io.BytesIO()
        savemat(stream, table)
        header = b"MATLAB 5.0 MAT-file".ljust(116)  # scipy's holds the time
        (folder / name).write_bytes(header + stream.getvalue()[len(header) :])


def draw(species: Species, random: np.random.Generator) -> bytes:
    """A JPEG of one flower, somewhere before a blurred background."""
    long_side = int(random.integers(SHORT_SIDE, SHORT_SIDE * 4 // 3))
    upright = bool(random.integers(2))
    size = (SHORT_SIDE, long_side) if upright else (long_side, SHORT_SIDE)
    large = (size[0] * SCALE, size[1] * SCALE)
    picture = _background(large, random)
    radius = SHORT_SIDE * SCALE * random.uniform(0.35, 0.46)
    centre = tuple(side * random.uniform(0.44, 0.56) for side in large)
    _flower(ImageDraw.Draw(picture), species, (centre[0], centre[1]), radius, random)
    small = np.asarray(picture.resize(size, Image.Resampling.BOX), dtype=np.float64)  # (H, W, 3)
    small = small * random.uniform(0.9, 1.08) + random.normal(0, random.uniform(2, 6), small.shape)
    stream = io.BytesIO()
    Image.fromarray(small.clip(0, 255).astype(np.uint8)).save(stream, "JPEG", quality=88)
    return stream.getvalue()


def _background(size: tuple[int, int], random: np.random.Generator) -> Image.Image:
    """Foliage, earth or sky out of focus: no colour of it belongs to one class."""
    ground = np.array(
        [(60, 95, 45), (40, 60, 35), (105, 90, 65), (150, 165, 175)][random.integers(4)]
    )
    patches = (
        ground + random.normal(0, 12, (6, 7, 1)) + random.normal(0, 6, (6, 7, 3))
    )  # (rows, columns, RGB)
    picture = Image.fromarray(patches.clip(0, 255).astype(np.uint8)).resize(
        size, Image.Resampling.BICUBIC
    )
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
    """Petals row by row, each with a lighter middle, then the disc with its grains."""
    colour = _shaded(ImageColor.getrgb(species.colour), random.uniform(0.92, 1.06))
    heart = ImageColor.getrgb(species.heart)
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
    pen.ellipse(_box(centre, disc, tilt), fill=heart, outline=_shaded(heart, 0.7))
    for spread, angle in zip(
        random.uniform(0, 0.85, 25), random.uniform(0, math.tau, 25), strict=True
    ):
        x, y = (
            centre[0] + disc * spread * math.cos(angle),
            centre[1] + disc * spread * tilt * math.sin(angle),
        )
        pen.ellipse(_box((x, y), disc * 0.08, 1.0), fill=_shaded(heart, random.uniform(0.7, 1.35)))


def _petal(
    centre: Point, length: float, angle: float, width: float, tip: float, tilt: float
) -> list[Point]:
    """The outline of a petal from `centre` outwards; a `tip` of 1 ends in a point."""
    along = np.linspace(0, 1, 13)
    half = np.sin(math.pi * along ** (0.9 - 0.35 * tip)) ** (
        0.6 + 0.4 * tip
    )  # half its width, by the widest
    along, half = (
        np.concatenate([along, along[::-1]]),
        np.concatenate([half, -half[::-1]]) * width / 2,
    )
    x = length * (along * math.cos(angle) - half * math.sin(angle))
    y = length * (along * math.sin(angle) + half * math.cos(angle)) * tilt
    return [(centre[0] + float(dx), centre[1] + float(dy)) for dx, dy in zip(x, y, strict=True)]


def _box(centre: Point, radius: float, tilt: float) -> tuple[float, float, float, float]:
    return (
        centre[0] - radius,
        centre[1] - radius * tilt,
        centre[0] + radius,
        centre[1] + radius * tilt,
    )


def _shaded(colour: RGB, shade: float) -> RGB:
    return tuple(min(255, int(part * shade)) for part in colour)
