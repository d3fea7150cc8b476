"""A whole network in words, for those who do not see its picture."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.drawing.branches import side_branches
from autograder.drawing.folding import Part, parts_of
from autograder.drawing.words import ARROW, node_in_words, origin_in_words, say, sizes_text
from autograder.model import Lang, NetworkGraph

MAX_CHARS = 2_500


def network_in_words(graph: NetworkGraph, lang: Lang, marked: int | None = None) -> str:
    """Return a network as a chain of operations: "input 8×8×8 → 3×3 convolution → ReLU"."""
    beside = {place for branch in side_branches(graph).values() for place in branch}
    pieces: list[str] = []
    for part in parts_of(graph, marked):
        if part.alike:
            key = "like" if part.times == 1 else "like_times"
            pieces.append(say(key, lang, letter=part.alike, times=part.times))
            continue
        shown = list(_nodes_in_words(graph, part, beside, lang))
        if part.letter or part.times > 1:
            key = "part" if part.times == 1 else "part_times" if part.letter else "times"
            nodes = ARROW.join(shown)
            shown = [say(key, lang, letter=part.letter, times=part.times, nodes=nodes)]
        pieces += shown
    if graph.is_cut:
        pieces.append("…")
    shape = sizes_text(graph.nodes[graph.output].shape)
    pieces.append(f"{say('output', lang)} {shape}")
    words = ARROW.join(pieces)
    return words if len(words) <= MAX_CHARS else words[:MAX_CHARS] + "…"


def _nodes_in_words(graph: NetworkGraph, part: Part, beside: set[int], lang: Lang) -> Iterator[str]:
    before = part.nodes.start - 1
    told = part.nodes if part.letter or part.times > 1 else range(0)
    for place in part.nodes:
        if place in beside:
            continue
        node = graph.nodes[place]
        words = node_in_words(graph, place, lang, told)
        if node.kind == "input":
            words = f"{words} {sizes_text(node.shape)}"
        elif node.inputs and before not in node.inputs:
            origin = origin_in_words(graph, node.inputs[0], lang, told)
            words = say("from", lang, origin=origin, label=words)
        yield words
        before = place
