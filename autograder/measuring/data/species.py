"""Species: what the drawn flowers of each class look like."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Species:
    """What the flowers of one class look like."""

    label: int  # 0..101: the class of Flowers-102 that they resemble
    test: int  # images in the test split
    petals: int  # in a row
    colour: str  # of the petals
    heart: str  # the colour of the disc in the middle
    width: float  # of a petal, by its length
    tip: float  # 0: round; 1: pointed
    disc: float  # radius of the disc, by the flower's
    rows: int = 1  # of petals, each shorter than the one before


# fmt: off
SPECIES = {
    "yellow iris": Species(
        label=14, test=9, petals=3, colour="#e6d21e", heart="#784614",
        width=0.8, tip=0.3, disc=0.12,
    ),
    "balloon flower": Species(
        label=18, test=12, petals=5, colour="#5055cd", heart="#ebebff",
        width=0.85, tip=0.9, disc=0.13,
    ),
    "corn poppy": Species(
        label=25, test=14, petals=4, colour="#c81414", heart="#140f19",
        width=1.25, tip=0.0, disc=0.22,
    ),
    "mexican aster": Species(
        label=33, test=10, petals=8, colour="#e169b9", heart="#ebbe28",
        width=0.6, tip=0.0, disc=0.22,
    ),
    "daffodil": Species(
        label=41, test=8, petals=6, colour="#faf5b4", heart="#f57d0a",
        width=0.6, tip=0.7, disc=0.4,
    ),
    "oxeye daisy": Species(
        label=48, test=13, petals=18, colour="#f8f8f8", heart="#f0be1e",
        width=0.24, tip=0.1, disc=0.3,
    ),
    "sunflower": Species(
        label=53, test=11, petals=20, colour="#fab40f", heart="#462814",
        width=0.3, tip=1.0, disc=0.5,
    ),
    "orange dahlia": Species(
        label=58, test=7, petals=12, colour="#eb5a14", heart="#b43205",
        width=0.45, tip=0.6, disc=0.14, rows=3,
    ),
    "spring crocus": Species(
        label=66, test=5, petals=6, colour="#8737aa", heart="#fa9614",
        width=0.65, tip=0.6, disc=0.15,
    ),
    "passion flower": Species(
        label=76, test=12, petals=10, colour="#bec8eb", heart="#3c1e78",
        width=0.4, tip=0.4, disc=0.52,
    ),
    "hibiscus": Species(
        label=82, test=10, petals=5, colour="#f0466e", heart="#8c0a32",
        width=1.1, tip=0.0, disc=0.26,
    ),
    "magnolia": Species(
        label=86, test=9, petals=7, colour="#facdd7", heart="#8cb446",
        width=0.7, tip=0.2, disc=0.14, rows=2,
    ),
}
# fmt: on
