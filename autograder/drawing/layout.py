"""The drawing of a network: boxes in a column from the input down, as wide as a phone shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autograder.drawing.branches import side_branches, users_of
from autograder.drawing.folding import FOLLOWING_KINDS, Part, parts_of
from autograder.drawing.lanes import Way, put_beside
from autograder.drawing.shapes import (
    CENTER,
    COLUMN_WIDTH,
    FORK,
    FRAME_GAP,
    FRAME_HEAD,
    GAP,
    MARGIN,
    RADIUS,
    SIDE_WIDTH,
    Box,
    BoxStyle,
    Caption,
    Circle,
    Drawing,
    Frame,
    Line,
    Spot,
)
from autograder.drawing.words import label_of, say, sizes_text
from autograder.model import Lang, NetworkGraph

MAX_ROWS = 60  # boxes; what follows is left out
CIRCLES = {"add": "+", "subtract": "−", "multiply": "×", "divide": "÷"}
LAYER_KINDS = ("convolution", "transposed_convolution", "linear", "embedding", "attention")
END = -1  # the place of the output's box


def layout_of(
    graph: NetworkGraph, lang: Lang, marked: int | None = None, *, ends_marked: bool = False
) -> Drawing:
    """Return the drawing of a network; the node at `marked` stands out, or the end of it."""
    return _Column(graph, lang, END if ends_marked else marked).drawing()


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
        self._y: float = MARGIN
        self._before: int | None = None  # the node above
        self._branches: list[Way] = []
        self._lanes: dict[int, list[int]] = {}  # users by source
        self._drawing = Drawing()

    def drawing(self) -> Drawing:
        """Return the drawing."""
        drawing = self._drawing
        left_out = len(self._graph.nodes) - self._graph.output - 1
        for part in parts_of(self._graph, self._marked):
            left_out += self._put_part(part)
        self._end(left_out)
        ways = [*self._branches]
        for source, users in self._lanes.items():
            drawn = tuple(user for user in users if user in self._spots)
            if source in self._spots and drawn:
                ways.append(Way(source=source, users=drawn))
        drawing.width = put_beside(drawing, ways, self._spots) + MARGIN
        drawing.height = self._y + MARGIN
        return drawing

    @property
    def _is_full(self) -> bool:
        return len(self._drawing.boxes) + len(self._drawing.circles) >= MAX_ROWS

    def _put_part(self, part: Part) -> int:
        """Put a part, and return the number of nodes that found no room."""
        if self._is_full:
            return part.last + 1 - part.nodes.start
        if part.alike:
            title = say("like", self._lang, letter=part.alike)
            title += f" × {part.times}" if part.times > 1 else ""
            self._connect(part.nodes.start, self._graph.nodes[part.nodes.start].inputs)
            self._put_box(part.last, title, style="alike")
            return 0
        is_framed = bool(part.letter) or part.times > 1
        top = self._y
        self._y += FRAME_HEAD if is_framed else 0
        for place in part.nodes:
            if self._is_full:
                return part.last + 1 - place
            if place not in self._beside:
                self._put_node(place)
        if is_framed:
            times = f"× {part.times}" if part.times > 1 else ""
            title = " ".join(filter(None, [part.letter, times]))
            self._y += FRAME_GAP
            self._drawing.frames.append(Frame(y=top + 4, height=self._y - top - 4, title=title))
        # Later nodes take the last repetition.
        self._spots[part.last] = replace(self._spots[part.nodes[-1]], fork=self._y + FORK)
        self._before = part.last
        return 0

    def _put_node(self, place: int) -> None:
        node = self._graph.nodes[place]
        branch = self._sides.get(place)
        sources = list(node.inputs)
        if branch is not None:
            sources.remove(branch[-1])
            self._branches.append(self._way(place, branch))
        if not self._follows(place):
            self._connect(place, sources)
        label = label_of(node, self._lang)
        if node.kind in CIRCLES and len(node.inputs) > 1:
            self._put_circle(place, label.text)
        else:
            style: BoxStyle = "end" if node.kind == "input" else self._style(place)
            self._put_box(place, label.title, label.details, style)

    def _style(self, place: int) -> BoxStyle:
        return "layer" if self._graph.nodes[place].kind in LAYER_KINDS else "plain"

    def _way(self, place: int, branch: range) -> Way:
        """Return a short branch that joins the column at `place`."""
        boxes = []
        for each in branch:
            label = label_of(self._graph.nodes[each], self._lang)
            box = Box(
                x=0,
                y=0,
                width=SIDE_WIDTH,
                title=label.title,
                detail=", ".join(label.details),
                style=self._style(each),
                is_marked=each == self._marked,
            )
            boxes.append(box)
        return Way(
            source=self._graph.nodes[branch.start].inputs[0],
            users=(place,),
            boxes=tuple(boxes),
            shape=sizes_text(self._graph.nodes[branch[-1]].shape),
        )

    def _follows(self, place: int) -> bool:
        """Return whether a node touches the one above: it keeps its shape, and alone takes it."""
        before = self._before
        if before is None or self._graph.nodes[place].kind not in FOLLOWING_KINDS:
            return False
        above = self._graph.nodes[before]
        return (
            self._graph.nodes[place].inputs == (before,)
            and self._users[before] == [place]
            and above.kind != "input"
            and above.shape == self._graph.nodes[place].shape
            and not self._spots[before].is_circle
        )

    def _connect(self, place: int, sources: Sequence[int]) -> None:
        """Draw the line from the node above, and leave others to a lane."""
        before = self._before
        if before is None:
            return
        top = self._spots[before].bottom
        self._y += GAP
        if before in sources:
            line = ((CENTER, top), (CENTER, self._y))
            self._drawing.lines.append(Line(points=line))
            shape = sizes_text(self._graph.nodes[before].shape)
            self._drawing.captions.append(Caption(x=CENTER + 8, y=self._y - 9, text=shape))
        others = [source for source in dict.fromkeys(sources) if source != before]
        if list(sources).count(before) > 1:  # a tensor that is added to itself
            others.append(before)
        for source in others:
            self._lanes.setdefault(source, []).append(place)

    def _put_box(
        self,
        place: int,
        title: str,
        details: Sequence[str] = (),
        style: BoxStyle = "plain",
    ) -> None:
        box = Box(
            x=MARGIN,
            y=self._y,
            width=COLUMN_WIDTH,
            title=title,
            detail=", ".join(details),
            style=style,
            is_marked=place == self._marked,
        )
        self._drawing.boxes.append(box)
        bottom = self._y + box.height
        self._spots[place] = Spot(
            middle=self._y + box.height / 2, bottom=bottom, fork=bottom + FORK
        )
        self._y, self._before = bottom, place

    def _put_circle(self, place: int, label: str) -> None:
        middle = self._y + RADIUS
        sign = CIRCLES[self._graph.nodes[place].kind]
        self._drawing.circles.append(
            Circle(y=middle, sign=sign, label=label, is_marked=place == self._marked)
        )
        self._y, self._before = self._y + 2 * RADIUS, place
        self._spots[place] = Spot(
            middle=middle,
            bottom=self._y,
            fork=self._y + FORK,
            right=CENTER + RADIUS,
            is_circle=True,
        )

    def _end(self, left_out: int) -> None:
        """Put the end of the column: the output, or how much was left out."""
        if self._before is None:
            return
        self._connect(END, [self._before])
        if not left_out and not self._graph.is_cut:
            self._put_box(END, say("output", self._lang), style="end")
            return
        title = say("cut", self._lang, count=left_out) if left_out else "…"
        self._put_box(END, title, style="alike")
