"""Programs as graphs for people, and the first difference of two; a case is a network's file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from torch import nn

from autograder.drawing.difference import Difference, first_difference, nearest
from autograder.drawing.network_graph import graph_of
from autograder.model import NetworkGraph
from autograder.programs.record_network import record_network
from autograder.results.networks import graph_of as parsed
from autograder.results.networks import node_line
from tests.support.networks import drawn, header_of, network_cases, program_of

CASES = network_cases()
BLOCK = next(case for case in CASES if case.stem == "basic_block")
DIFFERING = [case for case in CASES if "differs" in header_of(case)]
SAME = ("skip_added_first", "clamp_for_relu")


def kinds_of(graph: NetworkGraph) -> list[str]:
    """Return the kinds of the nodes, as the header of a case names them."""
    return ["depthwise" if "groups" in node.settings else node.kind for node in graph.nodes]


def kind_at(graph: NetworkGraph, place: int | None) -> str:
    """Return the kind of a node; the end of the network where there is none."""
    return "end" if place is None else graph.nodes[place].kind


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_network_is_drawn_as_its_operations(case: Path) -> None:
    """A program becomes the operations that its case names, in order, without bookkeeping."""
    assert kinds_of(drawn(case)) == header_of(case)["draws"].split()


@pytest.mark.parametrize("case", DIFFERING, ids=lambda case: case.stem)
def test_the_first_difference_is_named(case: Path) -> None:
    """The first operation that a right network does not have is found, and what it has instead."""
    student, right = drawn(case), drawn(BLOCK)
    difference = first_difference(student, right)
    assert difference is not None
    places = (kind_at(student, difference.student), kind_at(right, difference.right))
    assert ", ".join(places) == header_of(case)["differs"]


@pytest.mark.parametrize("name", SAME)
def test_another_way_to_write_it_is_no_difference(name: str) -> None:
    """Neither the order of operations nor their spelling makes two networks differ."""
    assert first_difference(drawn(BLOCK.with_stem(name)), drawn(BLOCK)) is None


def test_the_nearest_of_several_right_networks_is_compared() -> None:
    """Of several right networks that is taken which shares most with the student's."""
    right, other = drawn(BLOCK), drawn(BLOCK.with_stem("projected_block"))
    assert nearest(drawn(BLOCK.with_stem("no_last_relu")), [other, right]) is right


def test_a_network_that_is_one_of_the_right_ones_is_not_compared() -> None:
    """A network that does the same as one of several right ones has no nearest one."""
    other = drawn(BLOCK.with_stem("projected_block"))
    assert nearest(drawn(BLOCK), [other, drawn(BLOCK)]) is None


def test_the_addition_takes_its_branch_first() -> None:
    """The inputs of an addition are its longest branch, then the skip."""
    graph = drawn(BLOCK)
    addition = next(node for node in graph.nodes if node.kind == "add")
    assert [graph.nodes[place].kind for place in addition.inputs] == ["batch_norm", "input"]


def test_shared_weights_name_their_first_use() -> None:
    """A layer that runs again refers to the place where it ran first."""
    graph = drawn(BLOCK.with_stem("shared_norm"))
    shared = [node.settings["weights_of"] for node in graph.nodes if "weights_of" in node.settings]
    assert shared == [(2,)]


def test_a_program_that_returns_no_tensor_has_no_graph() -> None:
    """What does not come from the input is no network to draw."""

    class Nothing(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.zeros(3)

    assert graph_of(record_network(Nothing(), [torch.zeros(2, 3)]).data) is None


def test_a_long_network_is_cut() -> None:
    """A graph has a bounded number of nodes, and says that others were left out."""
    network = nn.Sequential(*(nn.Sigmoid() for _ in range(700)))
    graph = graph_of(record_network(network, [torch.zeros(2, 3)]).data)
    assert graph is not None
    assert graph.is_cut
    assert len(graph.nodes) == 600


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_result_file_holds_the_whole_graph(case: Path) -> None:
    """A graph read back from the lines of a result file is the same graph."""
    graph = drawn(case)
    lines: list[object] = [node_line(node) for node in graph.nodes]
    assert parsed(lines, graph.output, graph.is_cut) == graph


@pytest.mark.parametrize(
    "line",
    ["add 8 0+7", "<b> 8 0", "add 8x-1", "add 8 0 factor", "add 8 0 factor=a", "add"],
)
def test_a_line_of_another_form_is_refused(line: str) -> None:
    """A line that is no node makes the file unreadable."""
    with pytest.raises(ValueError, match=re.compile(".")):
        parsed(["input 8 -", line], 0, False)


def test_a_network_says_where_it_differs() -> None:
    """Both places of a difference are those of the two graphs."""
    student, right = drawn(BLOCK.with_stem("no_last_relu")), drawn(BLOCK)
    assert first_difference(student, right) == Difference(student=None, right=7)


def test_names_of_parameters_are_not_drawn() -> None:
    """No name of a parameter is in a graph."""
    program = program_of(BLOCK)
    assert program.tensors[0].name == "conv1.weight"
    assert "conv1" not in repr(graph_of(program))
