"""The context of an exception, and lookups in it that several causes need."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from torch import nn

from autograder.diagnosis.exception_patterns import ExceptionText
from autograder.diagnosis.outline import Definition, Line, Outline
from autograder.model import Cause

MIN_LIKENESS = 0.74  # of a misspelt `__init__` or `forward` to the right name, without underscores
UNCALLED_PATTERN = re.compile(r"(?:=|\belse|\breturn|[-+,(])\s*(self\.\w+)\s*(?:$|[-+)#,]|\bif\b)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionContext:
    """An exception with the student's code around it."""

    found: ExceptionText
    message: str  # hostile
    outline: Outline
    line: Line | None  # of the student's file, that raised; None where it was raised elsewhere
    asked: tuple[str, ...]  # the names that were asked for
    is_import: bool

    def __getitem__(self, group: str) -> str:
        """Return what a group of the text holds; empty where it may not be shown."""
        return self.found.values.get(group, "")

    def cause(
        self, key: str, line: Line | None = None, function: str = "", /, **values: str
    ) -> Cause:
        """Return a cause, perhaps with the line to mend."""
        place = self.outline.frame(line, function) if line is not None else None
        return Cause(
            key=key, values={**self.found.values, **values}, text=self.found.text, place=place
        )

    @property
    def around(self) -> Definition | None:
        """The innermost definition around the line that raised."""
        if self.line is None:
            return None
        cell, number = self.line.cell, self.line.number
        within = [
            d
            for d in self.outline.definitions
            if d.line.cell == cell and d.line.number <= number <= d.line.number + d.last - d.first
        ]
        return within[-1] if within else None


def class_body(outline: Outline, owner: str) -> tuple[Line, ...]:
    """Return the lines of a class."""
    definition = outline.named(owner)
    return definition.body if definition is not None else ()


def misspelt_init(outline: Outline, owner: str) -> Definition | None:
    """Return the method that was meant to be `__init__` in a class without one."""
    if outline.method(owner, "__init__") is not None:
        return None
    return next((d for d in outline.methods(owner) if is_misspelling(d.name, "init")), None)


def is_misspelling(name: str, right: str) -> bool:
    """Return whether a name is a misspelling of another, ignoring underscores and capitals."""
    return difflib.SequenceMatcher(None, name.strip("_").lower(), right).ratio() > MIN_LIKENESS


def is_module(kind: str, outline: Outline) -> bool:
    """Return whether a class is one of torch's layers, or a class of the file with a `forward`."""
    known = getattr(nn, kind, None)
    is_layer = isinstance(known, type) and issubclass(known, nn.Module)
    return is_layer or (kind in outline.classes and outline.method(kind, "forward") is not None)


def uncalled_name(context: ExceptionContext) -> tuple[str, Line | None]:
    """Return a name that stands without brackets where a call was meant, and its line."""
    around = context.around
    above = (
        [line for line in around.body if context.line is None or line.number <= context.line.number]
        if around
        else []
    )
    for line in reversed(above):
        if found := UNCALLED_PATTERN.search(line.text):
            return found[1], line
    return "", None
