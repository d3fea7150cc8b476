"""A network as people draw it: its operations in order, and two networks side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Settings: TypeAlias = Mapping[str, tuple[int | float, ...]]  # such as {"kernel": (3, 3)}


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkNode:
    """One operation of a network, or one of its inputs."""

    kind: str  # a word such as "convolution"; of what has none, the operation's own name
    inputs: tuple[int, ...] = ()  # the nodes that it takes, by their places in the graph
    shape: tuple[int, ...] = ()  # of what it makes, without the batch
    settings: Settings = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkGraph:
    """The operations of a network from its input to its output: each takes only earlier ones."""

    nodes: tuple[NetworkNode, ...]
    output: int  # the place of the node that the network returns
    is_cut: bool = False  # whether operations were left out at the end


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkComparison:
    """A student's network and a right one, which a check that did not pass shows."""

    check: str
    title: str  # the name of the network, as the student's code has it
    student: NetworkGraph
    right: NetworkGraph
