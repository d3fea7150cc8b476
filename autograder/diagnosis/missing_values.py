"""Functions that return nothing although they must, and errors about the None they return."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.diagnosis.exception_context import ExceptionContext
from autograder.diagnosis.outline import Definition, Outline
from autograder.model import Cause


def function_without_value(outline: Outline, names: tuple[str, ...]) -> Definition | None:
    """Return a function that returns nothing although it must.

    It is one of `names`, or one that a class of `names` needs.
    """
    for name in names:
        definition = outline.named(name)
        for function in _needed(outline, definition) if definition is not None else ():
            if must_return(function) and not function.has_value:
                return function
    return None


def _needed(outline: Outline, definition: Definition) -> Iterator[Definition]:
    """Return a function itself; of a class its `forward`, and the functions that it calls."""
    if not definition.is_class:
        yield definition
        return
    called = {word for line in definition.body for word in re.findall(r"\b(\w+)\(", line.text)}
    for method in outline.methods(definition.name):
        if method.name == "forward" or method.name in called:
            yield method
    yield from (
        d for d in outline.definitions if not d.is_class and not d.owner and d.name in called
    )


def must_return(function: Definition) -> bool:
    """Return whether a function has to return a value, by its name or annotation."""
    return function.name == "forward" or function.returns not in ("", "None")


def none_used(context: ExceptionContext) -> Cause | None:
    """Find the function that returned None where a value was needed."""
    text = context.line.text if context.line is not None else ""
    function = _function_behind_none(context, re.findall(r"(\w+)\s*\(", text))
    if function is not None:
        name = function.full_name
        return context.cause("none_returned", function.line, name, function=name)
    optional = re.search(r"\bself\.(\w+)\(", text)
    if optional and context["plain"] == "callable":
        return context.cause("none_called", called=f"self.{optional[1]}")
    return None


def _function_behind_none(context: ExceptionContext, called: list[str]) -> Definition | None:
    """Return a called function without a value, else a `forward`, else the only such function."""
    outline = context.outline
    function = function_without_value(outline, (*called, *context.asked))
    if function is not None:
        return function
    silent = [d for d in outline.definitions if not d.is_class and not d.has_value]
    forwards = [d for d in silent if d.name == "forward"]
    if forwards:
        return forwards[0]
    wanting = [d for d in silent if must_return(d)]
    return wanting[0] if len(wanting) == 1 else None
