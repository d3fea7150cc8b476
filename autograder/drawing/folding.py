"""A long network in few parts: what repeats is shown once, and what is alike by its letter."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from autograder.model import NetworkGraph, NetworkNode

MIN_FOLDED_NODES = 26  # of a network that is folded; a shorter one is shown whole
MIN_SAVED_NODES = 4  # by a fold, or it is not worth a frame
MIN_ALIKE_NODES = 5  # of a part that a later one refers to
MAX_PATTERN = 8  # units
MAX_ALIKE = 4  # parts
# What keeps the shape and belongs to the layer before it.
FOLLOWING_KINDS = frozenset(
    {
        *("batch_norm", "layer_norm", "group_norm", "rms_norm", "relu", "relu6", "leaky_relu"),
        *("elu", "gelu", "silu", "sigmoid", "tanh", "mish", "hardswish", "hardsigmoid"),
        *("softplus", "prelu", "clamp", "dropout", "scale", "add_number", "add_parameter"),
        *("multiply_parameter", "softmax", "log_softmax", "detach"),
    }
)

Unit: TypeAlias = range  # places of nodes that only the last one of them connects to later ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some nodes of a network in a row, which the next part takes at their last one."""

    nodes: range  # the nodes that are shown
    times: int = 1  # how often they come in a row
    letter: str = ""  # by which later parts refer to it
    alike: str = ""  # the letter of an earlier part that does the same with other shapes

    @property
    def last(self) -> int:
        """Return the place of the last node of all repetitions."""
        return self.nodes.start + len(self.nodes) * self.times - 1


def parts_of(graph: NetworkGraph, marked: int | None = None) -> tuple[Part, ...]:
    """Return the parts of a network, in order; the marked node is in a part that stands whole."""
    end = graph.output + 1
    if end < MIN_FOLDED_NODES:
        return (Part(nodes=range(end)),)
    units = _units(graph, end)
    exact = [_signature(graph, unit, marked, exact=True) for unit in units]
    parts = list(_repeats(units, exact))
    return tuple(_joined(_with_letters(graph, parts, marked)))


def _units(graph: NetworkGraph, end: int) -> list[Unit]:
    """Return the nodes in pieces, between which one tensor alone passes."""
    furthest = list(range(end))  # the last node that takes each
    for place in range(end):
        for source in graph.nodes[place].inputs:
            furthest[source] = place
    units: list[Unit] = []
    start, reach = 0, 0
    for place in range(end):
        is_needed_later = reach > place and place + 1 < end  # an earlier node of the unit
        if not is_needed_later:
            is_follower = start == place and graph.nodes[place].kind in FOLLOWING_KINDS
            if is_follower and units and graph.nodes[units[-1].start].kind != "input":
                start = units.pop().start
            units.append(range(start, place + 1))
            start, reach = place + 1, 0
        if furthest[place] > place + 1:
            reach = max(reach, furthest[place])
    return units


def _signature(
    graph: NetworkGraph, unit: range, marked: int | None, *, exact: bool
) -> tuple[object, ...]:
    """Return what a unit does; `exact` counts shapes, too."""
    nodes = [_node_signature(graph.nodes[place], unit.start, exact) for place in unit]
    source = graph.nodes[unit.start - 1].shape if exact and unit.start else ()
    is_marked = marked is not None and marked in unit
    return (*nodes, source, unit.start if is_marked else None)


def _node_signature(node: NetworkNode, start: int, exact: bool) -> tuple[object, ...]:
    sources = tuple(max(-1, source - start) for source in node.inputs)
    settings = dict(node.settings)
    if "weights_of" in settings:  # the layer of another place is no layer of its own
        settings["weights_of"] = (int(settings["weights_of"][0]) - start,)
    if not exact and settings.get("groups") == node.shape[:1]:
        settings["groups"] = (0,)  # one group for each channel
    return (node.kind, sources, tuple(sorted(settings.items())), node.shape if exact else ())


def _repeats(units: Sequence[Unit], signatures: Sequence[object]) -> Iterator[Part]:
    """Yield the units, those that come several times in a row as one part."""
    place = 0
    while place < len(units):
        best_length, best_times, best_saved = 1, 1, 0
        for length in range(1, MAX_PATTERN + 1):
            times = 1
            pattern = signatures[place : place + length]
            while signatures[place + times * length : place + (times + 1) * length] == pattern:
                times += 1
            size = units[min(place + length, len(units)) - 1].stop - units[place].start
            saved = (times - 1) * size
            if saved >= MIN_SAVED_NODES and saved > best_saved:
                best_length, best_times, best_saved = length, times, saved
        nodes = range(units[place].start, units[place + best_length - 1].stop)
        yield Part(nodes=nodes, times=best_times)
        place += best_length * best_times


def _with_letters(graph: NetworkGraph, parts: list[Part], marked: int | None) -> list[Part]:
    """Return the parts, those that are like an earlier one under its letter."""
    letters = iter(string.ascii_lowercase)
    for length in range(1, MAX_ALIKE + 1):
        place = 0
        while place + length <= len(parts):
            window = parts[place : place + length]
            later = _later_alike(graph, parts, place, length, marked)
            letter = next(letters, "") if later and _can_refer(window) else ""
            if letter:
                for start in reversed(later):
                    replaced = parts[start : start + length]
                    nodes = range(replaced[0].nodes.start, replaced[-1].nodes.stop)
                    alike = Part(nodes=nodes, times=replaced[0].times, alike=letter)
                    parts[start : start + length] = [alike]
                nodes = range(window[0].nodes.start, window[-1].nodes.stop)
                named = Part(nodes=nodes, times=window[0].times, letter=letter)
                parts[place : place + length] = [named]
            place += 1
    return _in_alphabetic_order(parts)


def _in_alphabetic_order(parts: Sequence[Part]) -> list[Part]:
    """Return the parts with letters in the order in which they are read."""
    named = [part.letter for part in parts if part.letter]
    final = {"": "", **dict(zip(named, string.ascii_uppercase, strict=False))}
    return [replace(part, letter=final[part.letter], alike=final[part.alike]) for part in parts]


def _can_refer(window: Sequence[Part]) -> bool:
    """Return whether some parts are large enough to be referred to, and not referred to yet."""
    size = window[-1].nodes.stop - window[0].nodes.start
    is_plain = all(not part.letter and not part.alike for part in window)
    is_once = len(window) == 1 or all(part.times == 1 for part in window)
    return is_plain and is_once and size >= MIN_ALIKE_NODES


def _later_alike(
    graph: NetworkGraph, parts: Sequence[Part], place: int, length: int, marked: int | None
) -> list[int]:
    """Return where later parts are like the ones at `place`, without those that overlap."""

    def signature(start: int) -> list[tuple[object, ...]]:
        return [
            _signature(graph, part.nodes, marked, exact=False)
            for part in parts[start : start + length]
        ]

    wanted = signature(place)
    found: list[int] = []
    start = place + length
    while start + length <= len(parts):
        if _can_refer(parts[start : start + length]) and signature(start) == wanted:
            found.append(start)
            start += length
        else:
            start += 1
    return found


def _joined(parts: Sequence[Part]) -> Iterator[Part]:
    """Yield the parts, plain ones in a row as one."""
    pending: Part | None = None
    for part in parts:
        is_plain = part.times == 1 and not part.letter and not part.alike
        if is_plain and pending is not None:
            pending = replace(pending, nodes=range(pending.nodes.start, part.nodes.stop))
        elif is_plain:
            pending = part
        else:
            if pending is not None:
                yield pending
            pending = None
            yield part
    if pending is not None:
        yield pending
