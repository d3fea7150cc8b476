"""The drawing of a network: its shapes, its size, and that only our own words are in it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import torch
from torch import nn

from autograder.drawing.description import network_in_words
from autograder.drawing.layout import MAX_ROWS, layout_of
from autograder.drawing.network_graph import graph_of
from autograder.drawing.shapes import Drawing
from autograder.drawing.svg import network_file, network_svg
from autograder.model import NetworkGraph, NetworkNode
from autograder.programs.record_network import record_network
from tests.support.networks import NETWORKS, drawn, network_cases

SVG = "{http://www.w3.org/2000/svg}"
MAX_BYTES = 60_000  # of one drawing
PHONE_WIDTH = 320  # of a drawing in a page on a phone of 390
BLOCK = drawn(NETWORKS / "basic_block.py")
ALLOWED_TAGS = {"svg", "title", "desc", "style", "rect", "circle", "path", "text"}


def network_of(module: nn.Module, *shape: int) -> NetworkGraph:
    """Return the graph of a module."""
    graph = graph_of(record_network(module.eval(), [torch.randn(shape)]).data)
    assert graph is not None
    return graph


class Residual(nn.Module):
    """A residual block, with a projection where the number of channels changes."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        stride = 1 if before == after else 2
        self.branch = nn.Sequential(
            nn.Conv2d(before, after, 3, stride, 1),
            nn.BatchNorm2d(after),
            nn.ReLU(),
            nn.Conv2d(after, after, 3, 1, 1),
            nn.BatchNorm2d(after),
        )
        self.skip = nn.Sequential()
        if before != after:
            self.skip = nn.Sequential(nn.Conv2d(before, after, 1, 2), nn.BatchNorm2d(after))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return ReLU of the branch and the skip."""
        y = self.branch(x) + self.skip(x)
        assert isinstance(y, torch.Tensor)
        return y.relu()


def residual_network() -> NetworkGraph:
    """Return a network of four stages with two residual blocks each."""
    widths = [(4, 4), (4, 4), (4, 8), (8, 8), (8, 16), (16, 16), (16, 32), (32, 32)]
    blocks = [Residual(before, after) for before, after in widths]
    stem = nn.Sequential(nn.Conv2d(3, 4, 7, 2, 3), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))
    return network_of(nn.Sequential(stem, *blocks, head), 1, 3, 64, 64)


def shown(drawing: Drawing) -> list[str]:
    """Return the titles of the boxes of a drawing."""
    return [box.title for box in drawing.boxes]


@pytest.mark.parametrize("case", network_cases(), ids=lambda case: case.stem)
def test_a_drawing_is_a_small_picture_without_foreign_parts(case: Path) -> None:
    """A drawing is well-formed, small, and made of shapes and texts alone."""
    file = network_file(drawn(case), "es", case.stem)
    root = ET.fromstring(file)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ALLOWED_TAGS
    assert len(file.encode()) <= MAX_BYTES
    assert float(root.attrib["width"]) <= PHONE_WIDTH


def test_a_drawing_has_its_words_for_those_who_do_not_see_it() -> None:
    """A drawing in a page has the chain of operations as its label."""
    root = ET.fromstring(network_svg(BLOCK, "es"))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == (
        "entrada 8×8×8 → convolución 3×3 → BatchNorm → ReLU → convolución 3×3 → BatchNorm → "
        "suma con la entrada → ReLU → salida 8×8×8"
    )


def test_a_drawing_speaks_english() -> None:
    """Boxes and words are in the language of the page."""
    assert "3×3 convolution" in shown(layout_of(BLOCK, "en"))
    assert "addition with the input" in network_in_words(BLOCK, "en")


def test_a_projected_skip_is_a_branch_in_words() -> None:
    """What is added is told with its own operations."""
    words = network_in_words(drawn(NETWORKS / "projected_block.py"), "en")
    assert "addition with a branch from the input (1×1 convolution, stride 2 → BatchNorm)" in words


def test_names_in_a_graph_cannot_break_out() -> None:
    """Markup in a graph, which no program can hold, is shown as text."""
    node = NetworkNode(kind="<script>alert(1)</script>", inputs=(0,), shape=(8,))
    hostile = NetworkGraph(nodes=(NetworkNode(kind="input", shape=(8,)), node), output=1)
    root = ET.fromstring(network_file(hostile, "es", "</svg><script>"))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ALLOWED_TAGS


def test_the_marked_operation_stands_out_without_colour() -> None:
    """The first difference has a flag beside its box, which says what it is."""
    root = ET.fromstring(network_svg(drawn(NETWORKS / "no_skip.py"), "es", 6))
    (flag,) = (each for each in root.iter("path") if each.attrib["class"] == "flag")
    assert [title.text for title in flag.iter("title")] == ["aquí"]


def test_shapes_stand_on_the_arrows() -> None:
    """Each arrow of the column has the shape of what it carries."""
    texts = [caption.text for caption in layout_of(BLOCK, "es").captions]
    assert texts == ["8×8×8"] * 5


def test_what_repeats_is_drawn_once() -> None:
    """A long network shows a repeated part once, and parts that are alike by a letter."""
    drawing = layout_of(residual_network(), "es")
    assert [frame.title for frame in drawing.frames] == ["A × 2", "B"]
    assert [title for title in shown(drawing) if title.startswith("como")] == [
        *("como A", "como B", "como A", "como B", "como A")
    ]
    assert drawing.width <= PHONE_WIDTH


def test_what_repeats_is_told_once() -> None:
    """The words of a long network have the same parts as its drawing."""
    words = network_in_words(residual_network(), "en")
    assert "A, 2 times: [3×3 convolution" in words
    assert "like A → like B → like A" in words


def test_the_marked_operation_is_never_folded() -> None:
    """A part that holds the first difference is drawn whole."""
    graph = residual_network()
    marked = max(place for place, node in enumerate(graph.nodes) if node.kind == "add")
    drawing = layout_of(graph, "es", marked)
    assert [circle.is_marked for circle in drawing.circles] == [False, False, True]


def test_an_endless_network_is_cut() -> None:
    """A drawing has a bounded number of boxes, and says how many operations are left out."""
    layers = [nn.Linear(4 + i, 5 + i) for i in range(300)]
    drawing = layout_of(network_of(nn.Sequential(*layers), 2, 4), "en")
    assert len(drawing.boxes) == MAX_ROWS + 1
    assert shown(drawing)[-1] == "… and 241 more operations"


def test_a_tensor_that_is_added_to_itself_has_two_ways() -> None:
    """`x + x` is an addition with an arrow from above and one from the side."""

    class Doubled(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + x

    graph = network_of(Doubled(), 2, 4)
    drawing = layout_of(graph, "en")
    assert [line.is_skip for line in drawing.lines] == [False, False, True]
    assert "addition with itself" in network_in_words(graph, "en")


def test_a_network_of_many_connections_stays_a_small_picture() -> None:
    """However many tensors each operation takes, a drawing and a line of a result stay small."""
    nodes = [NetworkNode(kind="input", shape=(4,))]
    for place in range(1, 120):
        nodes.append(NetworkNode(kind="add", inputs=tuple(range(place)), shape=(9,) * 16))
    file = network_file(NetworkGraph(nodes=tuple(nodes), output=119), "es", "Many")
    assert len(file.encode()) <= MAX_BYTES


class Joined(nn.Module):
    """Joins its input with itself many times."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return a hundred copies of the input."""
        return torch.cat([x + number for number in range(100)], dim=1)


def test_a_node_takes_a_bounded_number_of_inputs() -> None:
    """A concatenation of a hundred tensors is one node, with the first of them."""
    graph = network_of(Joined(), 2, 4)
    assert max(len(node.inputs) for node in graph.nodes) == 64
