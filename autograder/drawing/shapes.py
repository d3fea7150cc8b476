"""The shapes of a drawing, and its measures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

# Lengths in units of the drawing, which are pixels where there is room for it.
MARGIN = 14
COLUMN_WIDTH = 176
SIDE_WIDTH = 112
LINE_HEIGHT = 24  # of a box with one line
DETAIL_HEIGHT = 15  # of the line below
GAP = 34  # between boxes: an arrow with its shape
RADIUS = 11  # of the circle of an addition
LANE = 11  # between lanes
FRAME_HEAD = 20
FRAME_LEFT = 5
MAX_ROWS = 70  # boxes; what follows is left out
MAX_LANES = 14  # beside each other
CENTER = MARGIN + COLUMN_WIDTH / 2
CIRCLES = {"add": "+", "subtract": "−", "multiply": "×", "divide": "÷"}
LAYER_KINDS = ("convolution", "transposed_convolution", "linear", "embedding", "attention")

BoxStyle: TypeAlias = Literal["layer", "plain", "end", "alike"]
Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An operation, or a reference to a part."""

    x: float
    y: float
    width: float
    height: float
    title: str
    detail: str = ""
    style: BoxStyle = "plain"
    is_marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """An operation of two branches, such as an addition."""

    x: float
    y: float
    sign: str
    label: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line with right angles, at whose end an arrow is."""

    points: tuple[Point, ...]
    is_skip: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """A text beside a line or in a frame."""

    x: float
    y: float
    text: str
    is_before: bool = False  # whether the place is the end of the text


@dataclass(slots=True, kw_only=True)
class Frame:
    """A part that repeats or that others refer to."""

    y: float
    height: float = 0
    width: float = 0
    title: str = ""


@dataclass(slots=True, kw_only=True)
class Drawing:
    """All shapes of a drawing, and its size."""

    boxes: list[Box] = field(default_factory=list)
    circles: list[Circle] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    width: float = 0
    height: float = 0
