"""Networks in words: the label of an operation, where its inputs come from, a whole network."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from autograder.drawing.branches import side_branches
from autograder.drawing.difference import Difference
from autograder.model import Lang, NetworkGraph, NetworkNode
from autograder.text.sentences import FAST_LOADER

ARROW = " → "
MAX_SIZES_CHARS = 40  # of a shape; no network that means something has more
MERGING_KINDS = ("add", "subtract", "multiply", "divide", "concatenate", "matmul")


@functools.cache
def _labels() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    content = Path(__file__).with_name("labels.yml").read_text(encoding="utf-8")
    loaded: Mapping[str, Mapping[str, Mapping[str, str]]] = yaml.load(content, FAST_LOADER)
    return loaded


def say(key: str, lang: Lang, **values: object) -> str:
    """Return a text of the drawings in a language."""
    return _labels()["texts"][key][lang].format(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What an operation is called, and what else counts."""

    title: str
    details: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return it in one line."""
        return ", ".join([self.title, *self.details])


def sizes_text(sizes: Iterable[float]) -> str:
    """Return sizes such as those of a shape: "64×56×56"."""
    text = "×".join(f"{size:g}" if isinstance(size, float) else str(size) for size in sizes)
    return text if len(text) <= MAX_SIZES_CHARS else f"{text[:MAX_SIZES_CHARS]}…"


def label_of(node: NetworkNode, lang: Lang) -> Label:
    """Return the label of a node; of a kind without words, its own name."""
    values = {name: _setting_text(name, value) for name, value in node.settings.items()}
    texts = _labels()["kinds"].get(node.kind)
    title = node.kind.replace("_", " ")
    if texts is not None:
        title = texts[lang].format_map(_Blank(values)).strip()
    details = _labels()["details"]
    keys = _detail_keys(node)
    return Label(
        title=title, details=tuple(details[key][lang].format_map(_Blank(values)) for key in keys)
    )


class _Blank(dict[str, str]):
    """Values of a label; one that a node lacks is blank."""

    def __missing__(self, key: str) -> str:
        return ""


def _setting_text(name: str, value: tuple[float, ...]) -> str:
    is_square = len(set(value)) == 1 and name in ("stride", "padding", "dilation")
    return sizes_text(value[:1] if is_square else value)


def _detail_keys(node: NetworkNode) -> list[str]:
    """Return the settings that count: those that are not the usual ones."""
    settings, keys = node.settings, []
    kernel = settings.get("kernel", ())
    stride = settings.get("stride", (1,))
    if set(stride) != {1}:
        keys.append("stride")
    dilation = settings.get("dilation", (1,) * len(kernel))
    usual = [d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=False)]
    is_patch = tuple(stride) == tuple(kernel)  # what does not overlap needs no padding
    padding = settings.get("padding")
    if padding is not None and list(padding) != usual and not (is_patch and set(padding) == {0}):
        keys.append("padding")
    keys += [key for key in ("dilation", "probability", "slope", "part") if key in settings]
    if "groups" in settings and node.kind != "group_norm":
        keys.append("depthwise" if settings["groups"] == node.shape[:1] else "groups")
    if "factor" in settings and node.kind not in ("scale", "divide_number"):
        keys.append("factor")
    keys += [key for key in ("low", "high", "weights_of") if key in settings]
    if node.kind == "detach":
        keys.append("no_gradient")
    return keys


def node_in_words(graph: NetworkGraph, place: int, lang: Lang, part: range = range(0)) -> str:
    """Return an operation in words; of one that joins branches, with what.

    `part` are the nodes of a part that is told by itself: what it takes is its input.
    """
    node = graph.nodes[place]
    label = label_of(node, lang).text
    if node.kind not in MERGING_KINDS or len(node.inputs) < 2:
        return label
    branch = side_branches(graph).get(place)
    if branch is not None:
        origin = origin_in_words(graph, graph.nodes[branch.start].inputs[0], lang, part)
        chain = ARROW.join(label_of(graph.nodes[each], lang).text for each in branch)
        joined = say("branch", lang, origin=origin, branch=chain)
    elif len(set(node.inputs)) == 1:
        joined = say("itself", lang)
    else:
        origins = [origin_in_words(graph, source, lang, part) for source in node.inputs[1:]]
        joined = f" {say('and', lang)} ".join(origins)
    return say("with", lang, label=label, origin=joined)


def origin_in_words(graph: NetworkGraph, place: int, lang: Lang, part: range = range(0)) -> str:
    """Return a tensor in words: the input, or the output of an operation."""
    node = graph.nodes[place]
    if part and place == part.start - 1:
        return say("its_input", lang)
    if node.kind == "input":
        return say("the_input", lang)
    label = label_of(node, lang).text
    same = [p for p, other in enumerate(graph.nodes) if label_of(other, lang).text == label]
    if len(same) == 1:
        return say("an_output", lang, label=label)
    return say("nth_output", lang, label=label, count=same.index(place) + 1)


def difference_in_words(
    student: NetworkGraph, right: NetworkGraph, difference: Difference, lang: Lang
) -> str:
    """Return the first difference of two networks as a sentence to the student."""
    if difference.right is None and difference.student is not None:
        return say("ends_late", lang, student=node_in_words(student, difference.student, lang))
    if difference.right is None:
        return ""
    theirs = node_in_words(right, difference.right, lang)
    if difference.student is None:
        return say("ends_early", lang, right=theirs)
    ours = node_in_words(student, difference.student, lang)
    if ours == theirs:  # they differ in what they make
        shapes = [
            sizes_text(graph.nodes[place].shape)
            for graph, place in ((student, difference.student), (right, difference.right))
        ]
        ours = say("gives", lang, label=ours, shape=shapes[0])
        theirs = say("gives", lang, label=theirs, shape=shapes[1])
    return say("differs", lang, student=ours, right=theirs)
