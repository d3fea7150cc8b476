"""Where a student's code defines what a sentence names: for causes without a line of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from autograder.model import Frame
from autograder.report.work.listing import Listing

DEFINITION = re.compile(r"([ \t]*)(?:async[ \t]+)?(class|def)[ \t]+(\w{2,60})\b")
# Names that are no words of a language: with an underscore, a capital inside, or a call's bracket.
NAME = re.compile(r"\b(?:\w+_\w+|[A-Za-z]+[a-z0-9][A-Z]\w*|[a-z]\w+(?=\())")
METHOD_OF_NETWORK = "forward"  # where a network does what a sentence about it says


def definition_named(listings: Sequence[Listing], sentences: Iterable[str]) -> Frame | None:
    """Return where the first name in `sentences` that the code defines is defined, or else None.

    Of a network that is its method `forward`.
    """
    definitions = dict(reversed(list(_definitions(listings))))  # the first one of a name counts
    for sentence in sentences:
        for word in NAME.findall(sentence):
            name = word if word in definitions else word.removesuffix("s")  # a plural
            if name in definitions:
                return definitions.get(f"{name}.{METHOD_OF_NETWORK}", definitions[name])
    return None


def _definitions(listings: Sequence[Listing]) -> Iterator[tuple[str, Frame]]:
    """Yield the functions and classes of the code by name, and methods as `Class.method`."""
    for listing in listings:
        owner = ""
        for number, line in enumerate(listing.text.text.split("\n"), start=1):
            match = DEFINITION.match(line) if "def" in line or "class" in line else None
            if match is None:
                continue
            margin, kind, name = match.groups()
            place = Frame(
                file=listing.text.file, cell=listing.text.cell, line=number, function=name
            )
            if margin and owner:
                yield (
                    f"{owner}.{name}",
                    Frame(
                        file=place.file, cell=place.cell, line=number, function=f"{owner}.{name}"
                    ),
                )
            elif not margin:
                owner = name if kind == "class" else ""
                yield name, place
