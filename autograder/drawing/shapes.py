"""The shapes of a drawing, and its measures in units, which are pixels where there is room."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

MARGIN = 14
COLUMN_WIDTH = 168
SIDE_WIDTH = 108  # of boxes beside the column
LINE_HEIGHT = 24  # of a box with one line
DETAIL_HEIGHT = 15  # of the line below
GAP = 34  # between boxes: an arrow with its shape
RADIUS = 11  # of the circle of an addition
LANE = 11  # between lanes
FORK = 9  # below a box or a frame, where a lane leaves
FRAME_HEAD = 20
FRAME_LEFT = 5
FRAME_GAP = 12  # below the last box of a frame
CENTER = MARGIN + COLUMN_WIDTH / 2
COLUMN_RIGHT = MARGIN + COLUMN_WIDTH

BoxStyle: TypeAlias = Literal["layer", "plain", "end", "alike"]
Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An operation, or a reference to a part."""

    x: float
    y: float
    width: float
    title: str
    detail: str = ""
    style: BoxStyle = "plain"
    is_marked: bool = False

    @property
    def height(self) -> float:
        """Return the height, which the text needs."""
        return LINE_HEIGHT + (DETAIL_HEIGHT if self.detail else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """An operation of two branches, such as an addition."""

    y: float  # of its centre, which is in the middle of the column
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
    """The shape of a tensor, beside a line."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Around a part that repeats or that others refer to."""

    y: float
    height: float
    title: str
    width: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """The place of a node: lines come in at its top or its right, and leave below."""

    middle: float
    bottom: float
    fork: float  # where lanes leave
    right: float = COLUMN_RIGHT
    is_circle: bool = False


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
