"""What is drawn beside the column: short branches, and lanes of tensors that are taken later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from autograder.drawing.shapes import (
    CENTER,
    COLUMN_RIGHT,
    FRAME_LEFT,
    LANE,
    MARGIN,
    SIDE_WIDTH,
    Box,
    Caption,
    Drawing,
    Line,
    Point,
    Spot,
)

MAX_LANES = 14  # at full distance
MAX_LINES = 160  # of a drawing: those of the furthest ways are left out
NARROW_LANE = 3  # the distance of further ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A tensor that is taken elsewhere than in the next box, by one or several nodes."""

    source: int
    users: tuple[int, ...]
    boxes: tuple[Box, ...] = ()  # of a short branch on the way; their places are not set yet
    shape: str = ""  # of what the branch makes


@dataclass(slots=True, kw_only=True)
class _Taken:
    """How far to the right something is, between heights."""

    pieces: list[tuple[float, float, float]] = field(default_factory=list)

    def right(self, top: float, bottom: float) -> float:
        """Return how far to the right something is between two heights."""
        taken = [right for begin, end, right in self.pieces if begin < bottom and top < end]
        return max(taken, default=COLUMN_RIGHT)


def put_beside(drawing: Drawing, ways: Sequence[Way], spots: Mapping[int, Spot]) -> float:
    """Draw the ways of a drawing, the shortest innermost; return how far to the right they go.

    The frames become as wide as what they hold.
    """

    def heights(way: Way) -> tuple[float, float]:
        last = max(spots[user].middle for user in way.users)
        return spots[way.source].fork, last

    taken = _Taken()
    for way in sorted(ways, key=lambda way: heights(way)[1] - heights(way)[0]):
        if len(drawing.lines) >= MAX_LINES:
            break
        top, bottom = heights(way)
        put = _put_branch if way.boxes else _put_lane
        right = put(drawing, way, spots, top, taken.right(top, bottom))
        taken.pieces.append((top, bottom, right))
    for index, frame in enumerate(drawing.frames):
        ends = range(int(frame.y), int(frame.y + frame.height))
        held = [right for _, bottom, right in taken.pieces if int(bottom) in ends]
        drawing.frames[index] = replace(
            frame, width=max([COLUMN_RIGHT, *held]) + MARGIN - FRAME_LEFT - FRAME_LEFT
        )
    return max((right for *_, right in taken.pieces), default=COLUMN_RIGHT)


def _put_lane(
    drawing: Drawing, way: Way, spots: Mapping[int, Spot], top: float, free: float
) -> float:
    is_crowded = free >= COLUMN_RIGHT + LANE * MAX_LANES
    lane = free + (NARROW_LANE if is_crowded else LANE)
    for user in way.users[: MAX_LINES - len(drawing.lines)]:
        spot = spots[user]
        points = ((CENTER, top), (lane, top), (lane, spot.middle), (spot.right, spot.middle))
        drawing.lines.append(Line(points=points, is_skip=True))
    return lane


def _put_branch(
    drawing: Drawing, way: Way, spots: Mapping[int, Spot], top: float, free: float
) -> float:
    spot = spots[way.users[0]]
    left = free + MARGIN + 2
    center = left + SIDE_WIDTH / 2
    y = top + max(10, (spot.middle - top - sum(box.height for box in way.boxes)) / 2)
    start: tuple[Point, ...] = ((CENTER, top), (center, top), (center, y))
    drawing.lines.append(Line(points=start, is_skip=True))
    for box in way.boxes:
        drawing.boxes.append(replace(box, x=left, y=y))
        y += box.height
    right = left + SIDE_WIDTH
    drawing.captions.append(Caption(x=center + 6, y=y + 14, text=way.shape))
    end: tuple[Point, ...] = ((center, y), (center, spot.middle), (spot.right, spot.middle))
    drawing.lines.append(Line(points=end, is_skip=True))
    return right
