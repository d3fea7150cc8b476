"""Copies of published code: how much of a published definition is in a student's syntax."""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

from autograder.analysis.parse_syntax import parsed
from autograder.analysis.syntax_tokens import DEFINITIONS, FUNCTIONS, SyntaxToken, tokens_of

RUN_LENGTH = 16  # tokens that are compared at once
MIN_COPIED_SHARE = 0.5  # of an original's runs; docs say what honest code shares with it
MIN_ORIGINAL_RUNS = 100  # anybody writes what is shorter

Run: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedDefinition:
    """A definition of a published module of which a student's code has MIN_COPIED_SHARE or more."""

    original: str  # e.g. "torchvision.models.resnet.BasicBlock"
    share: float  # of its runs
    first: int  # line of the longest stretch in the student's code
    last: int


def runs_of(tokens: Sequence[SyntaxToken]) -> Iterator[Run]:
    """Yield every run of RUN_LENGTH tokens.

    A name becomes the number of its first occurrence in the run, so that new names hide no copy.
    """
    words = [(token.text, token.is_name) for token in tokens]
    for start in range(len(words) - RUN_LENGTH + 1):
        numbers: dict[str, int] = {}
        number = numbers.setdefault
        run: list[str | int] = [
            number(text, len(numbers)) if is_name else text
            for text, is_name in words[start : start + RUN_LENGTH]
        ]
        yield tuple(run)


@functools.cache
def originals_of(module: str) -> Mapping[str, frozenset[Run]] | None:
    """Return the runs of each definition of a published module, which is read and not imported.

    None where the module is not installed.
    """
    package, *parts = module.split(".")
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    file = Path(spec.origin).parent.joinpath(*parts).with_suffix(".py")
    if not file.is_file():
        return None
    originals = {}
    for tree in parsed([(file.read_text(encoding="utf-8"), 1)]):
        for definition in tree.body:
            if not isinstance(definition, DEFINITIONS):
                continue
            members = getattr(definition, "body", [])
            if isinstance(definition, FUNCTIONS) or any(isinstance(m, FUNCTIONS) for m in members):
                runs = frozenset(runs_of(list(tokens_of(definition))))
                if len(runs) >= MIN_ORIGINAL_RUNS:
                    originals[f"{module}.{definition.name}"] = runs
    return originals


def copies_in(tokens: Sequence[SyntaxToken], modules: tuple[str, ...]) -> list[CopiedDefinition]:
    """Return the definitions of published modules of which enough is in these tokens."""
    originals: dict[str, frozenset[Run]] = {}
    for module in modules:
        originals.update(originals_of(module) or {})
    if not originals:
        return []
    places: dict[str, list[int]] = {name: [] for name in originals}
    shared: dict[str, set[Run]] = {name: set() for name in originals}
    for place, run in enumerate(runs_of(tokens)):
        for name, runs in originals.items():
            if run in runs:
                places[name].append(place)
                shared[name].add(run)
    copies = []
    for name, runs in originals.items():
        share = len(shared[name]) / len(runs)
        if share >= MIN_COPIED_SHARE:
            begin, end = longest_stretch(places[name])
            first, last = tokens[begin].line, tokens[end + RUN_LENGTH - 1].line
            copies.append(CopiedDefinition(original=name, share=share, first=first, last=last))
    return copies


def longest_stretch(places: list[int]) -> tuple[int, int]:
    """Return the first and last place of the longest stretch; its gaps are at most RUN_LENGTH."""
    best = current = (places[0], places[0])
    for before, place in pairwise(places):
        current = (current[0], place) if place - before <= RUN_LENGTH else (place, place)
        best = max(best, current, key=lambda stretch: stretch[1] - stretch[0])
    return best
