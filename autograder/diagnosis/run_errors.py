"""Causes of errors while code runs: sizes, in-place changes, refused system calls, conflicts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.diagnosis.exception_context import ExceptionContext
from autograder.diagnosis.outline import Line, Outline
from autograder.model import Cause

IN_PLACE_PATTERN = re.compile(r"[\w\])]\s*(?:[-+*/]=(?!=))|inplace\s*=\s*True|\.(?:\w+[^\W_])_\(")
NETWORK_PATTERN = re.compile(
    r"socket|request|urlopen|urlretrieve|download|https?:|hf_hub|from_pretrained|pretrained|weights"
)
PROCESS_PATTERN = re.compile(
    r"subprocess|Popen|system\(|fork|Process|Pool|num_workers|run\(|spawn|check_output"
)


def refused_call(context: ExceptionContext) -> Cause | None:
    """Return the cause for a system call that the sandbox refuses, whatever the line does."""
    text = context.line.text if context.line is not None else ""
    if NETWORK_PATTERN.search(text):
        return context.cause("network")
    is_process = PROCESS_PATTERN.search(text) is not None or "thread" in context.message
    return context.cause("processes" if is_process else "refused")


def changed_in_place(context: ExceptionContext) -> Cause | None:
    """Find the line that changes a value in place that the gradient needs."""
    if context.line is not None:
        return None
    classes = [name for name in context.asked if name in context.outline.classes]
    for line in _in_place_lines(context.outline, classes):
        return context.cause("in_place", line)
    return None


def _in_place_lines(outline: Outline, classes: list[str]) -> Iterator[Line]:
    """Return the lines of those classes' methods that change a value in place.

    Without classes, those of the whole file.
    """
    for definition in outline.definitions:
        is_other = bool(classes) and definition.owner not in classes
        if definition.name == "__init__" or definition.is_class or is_other:
            continue
        for line in definition.body:
            if IN_PLACE_PATTERN.search(line.text.partition("#")[0]):
                yield line


def sizes_in_sum(context: ExceptionContext) -> Cause | None:
    """Find whether sizes differ in a loss, by channels, or by maps."""
    if context.line is not None and re.search(r"loss|criterion", context.line.text, re.IGNORECASE):
        return context.cause("size_loss")
    keys = {"1": "size_sum_channels", "2": "size_sum_map", "3": "size_sum_map"}
    return context.cause(keys[context["size"]]) if context["size"] in keys else None


def sizes_in_linear(context: ExceptionContext) -> Cause | None:
    """Name the features that a linear layer got and wanted."""
    got, wanted = context["size1"].partition("x")[2], context["size2"].partition("x")[0]
    return context.cause("size_linear_named", got=got, wanted=wanted) if got and wanted else None


def syntax_error(context: ExceptionContext) -> Cause | None:
    """Find a line that git left from a conflict of versions."""
    text = context.line.text.lstrip() if context.line is not None else ""
    is_conflict = text.startswith(("<<<<<<<", "=======", ">>>>>>>"))
    return context.cause("syntax_conflict") if is_conflict else None
