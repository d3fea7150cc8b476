"""The places of a drawing: boxes in a column from the input down, and lines beside it.

The column is as wide as a phone shows it. Branches that are short stand at its right; any other
tensor that is not taken by the next operation runs along a lane at the right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from autograder.drawing.branches import side_branches, users_of
from autograder.drawing.folding import FOLLOWING_KINDS, Part, parts_of
from autograder.drawing.words import Label, label_of, say, sizes_text
from autograder.model import Lang, NetworkGraph

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a node is: lines come in at its top or its right, and leave below."""

    top: float
    middle: float
    bottom: float
    right: float
    is_circle: bool = False


def layout_of(
    graph: NetworkGraph, lang: Lang, marked: int | None = None, *, ends_marked: bool = False
) -> Drawing:
    """Return the drawing of a network; `marked` is the place of a node that stands out.

    `ends_marked` lets its end stand out.
    """
    return _Column(graph, lang, marked).drawing(ends_marked=ends_marked)


def node_source(graph: NetworkGraph, branch: range) -> int:
    """Return the place of the node that a short branch takes."""
    return graph.nodes[branch.start].inputs[0]


class _Column:
    """Puts the nodes of a network below each other."""

    def __init__(self, graph: NetworkGraph, lang: Lang, marked: int | None) -> None:
        self._graph = graph
        self._lang = lang
        self._marked = marked
        self._users = users_of(graph)
        self._sides = side_branches(graph)
        self._beside = {place for branch in self._sides.values() for place in branch}
        self._spots: dict[int, Spot] = {}
        self._forks: dict[int, float] = {}  # heights at which lanes leave
        self._y: float = MARGIN
        self._rows = 0
        self._before: int | None = None  # the node above
        self._waiting: list[tuple[int, int]] = []  # (source, user) that a lane connects
        self._right: list[tuple[float, float, float]] = []  # (top, bottom, right) of what is there
        self._drawing = Drawing()

    def drawing(self, *, ends_marked: bool) -> Drawing:
        """Return the drawing."""
        left_out = 0
        for part in parts_of(self._graph, self._marked):
            if self._rows >= MAX_ROWS:
                left_out += part.last + 1 - part.nodes.start
            else:
                left_out += self._put_part(part)
        self._end(left_out, ends_marked=ends_marked)
        self._put_beside()
        self._size()
        return self._drawing

    def _put_part(self, part: Part) -> int:
        """Put a part, and return the number of nodes that found no room."""
        if part.alike:
            self._put_alike(part)
            return 0
        frame = None
        if part.letter or part.times > 1:
            self._y += 4
            frame = Frame(y=self._y, title=self._frame_title(part))
            self._drawing.frames.append(frame)
            self._y += FRAME_HEAD
        left_out = 0
        shown = [place for place in part.nodes if place not in self._beside]
        for index, place in enumerate(shown):
            if self._rows >= MAX_ROWS:
                left_out = len(shown) - index
                break
            self._put_node(place)
        if frame is not None:
            frame.height = self._y + 12 - frame.y
            self._y += 12
            if not left_out:  # later nodes take the last repetition
                self._spots[part.last] = self._spots[part.nodes[-1]]
                self._before = part.last
        return left_out

    def _frame_title(self, part: Part) -> str:
        times = f"× {part.times}" if part.times > 1 else ""
        return "  ".join(filter(None, [part.letter, times]))

    def _put_alike(self, part: Part) -> None:
        first, last = part.nodes.start, part.last
        title = say("like", self._lang, letter=part.alike)
        if part.times > 1:
            title += f" × {part.times}"
        self._connect(first, self._graph.nodes[first].inputs)
        self._put_box(last, Label(title=title), "alike")

    def _put_node(self, place: int) -> None:
        node = self._graph.nodes[place]
        sides = self._sides.get(place)
        sources = [source for source in node.inputs if sides is None or source != sides[-1]]
        if sides is not None:
            self._waiting.append((node_source(self._graph, sides), place))
        follows = (
            node.kind in FOLLOWING_KINDS
            and list(node.inputs) == [self._before]
            and self._before is not None
            and self._users[self._before] == [place]
            and not self._spots[self._before].is_circle
            and self._graph.nodes[self._before].kind != "input"
            and self._graph.nodes[self._before].shape == node.shape
        )
        if not follows:
            self._connect(place, sources)
        if node.kind in CIRCLES and len(node.inputs) > 1:
            self._put_circle(place)
        else:
            style: BoxStyle = "layer" if node.kind in LAYER_KINDS else "plain"
            label = label_of(node, self._lang)
            if node.kind == "input":
                style = "end"
            self._put_box(place, label, style)

    def _connect(self, place: int, sources: Sequence[int]) -> None:
        """Draw the line from the node above, or leave others to a lane."""
        before = self._before
        if before is None:
            return
        if before not in sources:
            self._y += GAP
        for source in dict.fromkeys(sources):
            if source == before:
                top = self._spots[source].bottom
                self._y = max(self._y, top) + GAP
                self._add_line([(CENTER, top), (CENTER, self._y)])
                shape = sizes_text(self._graph.nodes[source].shape)
                self._add_caption(CENTER + 8, self._y - 9, shape)
            else:
                self._waiting.append((source, place))
        if list(sources).count(before) > 1:  # an addition of a tensor to itself
            self._waiting.append((before, place))

    def _put_box(self, place: int, label: Label, style: BoxStyle) -> None:
        detail = ", ".join(label.details)
        height = LINE_HEIGHT + (DETAIL_HEIGHT if detail else 0)
        box = Box(
            x=MARGIN,
            y=self._y,
            width=COLUMN_WIDTH,
            height=height,
            title=label.title,
            detail=detail,
            style=style,
            is_marked=place == self._marked,
        )
        self._drawing.boxes.append(box)
        self._spots[place] = Spot(
            top=self._y,
            middle=self._y + height / 2,
            bottom=self._y + height,
            right=MARGIN + COLUMN_WIDTH,
        )
        self._y += height
        self._before = place
        self._rows += 1

    def _put_circle(self, place: int) -> None:
        node = self._graph.nodes[place]
        middle = self._y + RADIUS
        circle = Circle(
            x=CENTER,
            y=middle,
            sign=CIRCLES[node.kind],
            label=label_of(node, self._lang).text,
            is_marked=place == self._marked,
        )
        self._drawing.circles.append(circle)
        bottom = self._y + 2 * RADIUS
        self._spots[place] = Spot(
            top=self._y, middle=middle, bottom=bottom, right=CENTER + RADIUS, is_circle=True
        )
        self._y = bottom
        self._before = place
        self._rows += 1

    def _put_side(self, place: int, branch: range) -> None:
        """Put a short branch at the right, between where it leaves and where it joins."""
        source = self._graph.nodes[branch.start].inputs[0]
        labels = [label_of(self._graph.nodes[each], self._lang) for each in branch]
        heights = [LINE_HEIGHT + (DETAIL_HEIGHT if label.details else 0) for label in labels]
        top, bottom = self._fork(source), self._spots[place].middle
        left = self._free(top, bottom) + 16
        y = top + max(10, (bottom - top - sum(heights)) / 2)
        center = left + SIDE_WIDTH / 2
        start = CENTER
        self._add_line([(start, top), (center, top), (center, y)], is_skip=True)
        for each, label, height in zip(branch, labels, heights, strict=True):
            kind = self._graph.nodes[each].kind
            self._drawing.boxes.append(
                Box(
                    x=left,
                    y=y,
                    width=SIDE_WIDTH,
                    height=height,
                    title=label.title,
                    detail=", ".join(label.details),
                    style="layer" if kind in LAYER_KINDS else "plain",
                    is_marked=each == self._marked,
                )
            )
            y += height
        shape = sizes_text(self._graph.nodes[branch[-1]].shape)
        self._add_caption(left + SIDE_WIDTH, y + 14, shape, is_before=True)
        end = (self._spots[place].right, bottom)
        self._add_line([(center, y), (center, bottom), end], is_skip=True)
        self._right.append((top, bottom, left + SIDE_WIDTH))

    def _end(self, left_out: int, *, ends_marked: bool) -> None:
        """Put the end of the column."""
        before = self._before
        if before is None:
            return
        if left_out or self._graph.is_cut:
            count = left_out + (len(self._graph.nodes) - self._graph.output - 1)
            self._connect(before, [before])
            title = say("cut", self._lang, count=count) if count else "…"
            self._put_box(-1, Label(title=title), "alike")
            return
        self._connect(before, [before])
        label = Label(title=say("output", self._lang))
        self._put_box(-1, label, "end")
        if ends_marked:
            self._drawing.boxes.append(replace(self._drawing.boxes.pop(), is_marked=True))

    def _fork(self, source: int) -> float:
        """Return the height at which a tensor leaves the column."""
        return self._spots[source].bottom + 9

    def _put_beside(self) -> None:
        """Connect what the column does not connect, the shortest way innermost."""

        def length(pair: tuple[int, int]) -> float:
            return self._spots[pair[1]].middle - self._spots[pair[0]].bottom

        pairs = [pair for pair in self._waiting if all(place in self._spots for place in pair)]
        lanes: dict[int, list[int]] = {}
        for source, user in sorted(pairs, key=length):
            branch = self._sides.get(user)
            if branch is not None and node_source(self._graph, branch) == source:
                self._put_side(user, branch)
            else:
                lanes.setdefault(source, []).append(user)
        for source, users in lanes.items():
            self._put_lane(source, users)

    def _put_lane(self, source: int, users: Sequence[int]) -> None:
        top = self._fork(source)
        bottom = max(self._spots[user].middle for user in users)
        free = self._free(top, bottom)
        lane = free + (LANE if free < MARGIN + COLUMN_WIDTH + LANE * MAX_LANES else 4)
        self._right.append((top, bottom, lane))
        for user in users:
            spot = self._spots[user]
            points = [(CENTER, top), (lane, top), (lane, spot.middle), (spot.right, spot.middle)]
            self._add_line(points, is_skip=True)

    def _free(self, top: float, bottom: float) -> float:
        """Return how far to the right something is between two heights."""
        column = MARGIN + COLUMN_WIDTH
        taken = [right for begin, end, right in self._right if begin < bottom and top < end]
        return max(taken, default=column)

    def _size(self) -> None:
        right = max((right for *_, right in self._right), default=MARGIN + COLUMN_WIDTH)
        for frame in self._drawing.frames:
            within = [
                right for _, end, right in self._right if frame.y < end < frame.y + frame.height
            ]
            frame.width = max([MARGIN + COLUMN_WIDTH, *within]) + 8 - FRAME_LEFT
        self._drawing.width = right + MARGIN
        self._drawing.height = self._y + MARGIN

    def _add_line(self, points: Sequence[Point], *, is_skip: bool = False) -> None:
        self._drawing.lines.append(Line(points=tuple(points), is_skip=is_skip))

    def _add_caption(self, x: float, y: float, text: str, *, is_before: bool = False) -> None:
        self._drawing.captions.append(Caption(x=x, y=y, text=text, is_before=is_before))
