"""The order of a network's nodes, which is the same whatever order the code ran them in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder.model import NetworkGraph, NetworkNode, Settings

MAX_NODES = 600  # of a graph: a result file holds them all
MAX_INPUTS = 64  # of a node: a concatenation may have more
COMMUTATIVE_KINDS = frozenset({"add", "multiply", "maximum", "minimum"})


@dataclass(slots=True, kw_only=True, eq=False)
class Draft:
    """A node while its graph is made."""

    kind: str
    inputs: list[Draft]
    shape: tuple[int, ...]
    settings: Settings = field(default_factory=dict)
    weight: int | None = None  # number of the tensor that it has as its weight


def drafts_before(output: Draft) -> list[Draft]:
    """Return the drafts that lead to the output, each after its inputs, the output last."""
    order: list[Draft] = []
    seen: set[int] = set()
    stack = [(output, False)]
    while stack:
        draft, is_ready = stack.pop()
        if is_ready:
            order.append(draft)
        elif id(draft) not in seen:
            seen.add(id(draft))
            stack.append((draft, True))
            stack.extend((source, False) for source in reversed(draft.inputs))
    return order


def in_order(inputs: Sequence[Draft], output: Draft) -> NetworkGraph:
    """Return the graph of drafts: the inputs, then of several branches the longest first."""
    _order_branches(drafts_before(output))
    order = [*inputs, *(each for each in drafts_before(output) if each.kind != "input")]
    kept = order[:MAX_NODES]
    places = {id(draft): place for place, draft in enumerate(kept)}
    first_uses: dict[int, int] = {}
    nodes = []
    for place, draft in enumerate(kept):
        settings = draft.settings
        if draft.weight is not None and first_uses.setdefault(draft.weight, place) != place:
            settings = {**settings, "weights_of": (first_uses[draft.weight],)}
        sources = tuple(places[id(source)] for source in draft.inputs[:MAX_INPUTS])
        nodes.append(
            NetworkNode(kind=draft.kind, inputs=sources, shape=draft.shape, settings=settings)
        )
    output_place = places.get(id(output), len(kept) - 1)
    return NetworkGraph(nodes=tuple(nodes), output=output_place, is_cut=len(order) > len(kept))


def _order_branches(order: Sequence[Draft]) -> None:
    """Put the inputs of additions in an order that does not depend on how they were written."""
    depths: dict[int, int] = {}
    digests: dict[int, str] = {}
    for draft in order:
        depths[id(draft)] = 1 + max((depths[id(source)] for source in draft.inputs), default=0)
        if draft.kind in COMMUTATIVE_KINDS:
            draft.inputs = sorted(draft.inputs, key=lambda d: (-depths[id(d)], digests[id(d)]))
        parts = (draft.kind, draft.shape, sorted(draft.settings.items()))
        sources = [digests[id(source)] for source in draft.inputs]
        digests[id(draft)] = digest_of(parts, sources)


def digest_of(parts: object, sources: Sequence[str]) -> str:
    """Return a digest of a node and of all that leads to it."""
    return hashlib.sha256(repr((parts, list(sources))).encode()).hexdigest()


def digests_of(graph: NetworkGraph) -> list[str]:
    """Return a digest of each node: equal ones compute the same from the same inputs."""
    digests: list[str] = []
    for place, node in enumerate(graph.nodes):
        settings = dict(node.settings)
        shared = [digests[int(first)] for first in settings.pop("weights_of", ())]
        sources = [digests[source] for source in node.inputs]
        if node.kind in COMMUTATIVE_KINDS:
            sources.sort()
        number = place if node.kind == "input" else None
        parts = (node.kind, node.shape, sorted(settings.items()), shared, number)
        digests.append(digest_of(parts, sources))
    return digests
