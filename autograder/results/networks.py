"""Networks in result files: a line of text for each node, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable

from autograder.model import NetworkGraph, NetworkNode

MAX_NODES = 600  # of one network in a result file
KIND = re.compile(r"[a-z0-9_]{1,40}")
NOTHING = "-"


def node_line(node: NetworkNode) -> str:
    """Return a node as text: "convolution 64x56x56 0 kernel=3x3 stride=2x2"."""
    settings = (f"{name}={_joined(value)}" for name, value in sorted(node.settings.items()))
    inputs = "+".join(map(str, node.inputs)) or NOTHING
    return " ".join([node.kind, _joined(node.shape), inputs, *settings])


def _joined(sizes: Iterable[int | float]) -> str:
    return "x".join(map(repr, sizes)) or NOTHING


def graph_of(lines: list[object], output: object, is_cut: object) -> NetworkGraph:
    """Return the network of these lines; ValueError or TypeError where they hold none."""
    if len(lines) > MAX_NODES or type(output) is not int or type(is_cut) is not bool:
        raise ValueError("a network of another form")
    nodes = tuple(_node_of(line, place) for place, line in enumerate(lines))
    if not 0 <= output < len(nodes):
        raise ValueError(f"a network has no node {output}")
    return NetworkGraph(nodes=nodes, output=output, is_cut=is_cut)


def _node_of(line: object, place: int) -> NetworkNode:
    if not isinstance(line, str):
        raise TypeError(f"expected a text, got {line!a:.40}")
    kind, shape, inputs, *settings = line.split(" ")
    if not KIND.fullmatch(kind):
        raise ValueError(f"no kind of node: {kind!a:.40}")
    sources = () if inputs == NOTHING else tuple(map(int, inputs.split("+")))
    if not all(0 <= source < place for source in sources):
        raise ValueError(f"node {place} takes a later one")
    values = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if not KIND.fullmatch(name):
            raise ValueError(f"no name of a setting: {name!a:.40}")
        values[name] = tuple(map(_number, _parts(value)))
    return NetworkNode(
        kind=kind, inputs=sources, shape=tuple(map(int, _parts(shape))), settings=values
    )


def _parts(text: str) -> list[str]:
    return [] if text == NOTHING else text.split("x")


def _number(text: str) -> int | float:
    return int(text) if re.fullmatch(r"-?\d+", text) else float(text)
