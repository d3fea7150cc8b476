"""Causes of errors in student code, and the id by which checks report a cause once."""

from __future__ import annotations

import re
from collections.abc import Mapping

from autograder.diagnosis.diagnose import diagnose
from autograder.diagnosis.exception_context import ExceptionContext
from autograder.diagnosis.exception_patterns import ExceptionText, match_exception_text
from autograder.diagnosis.known_names import OWN_MODULES
from autograder.diagnosis.missing_values import function_without_value
from autograder.diagnosis.outline import Line, Outline
from autograder.diagnosis.safe_words import is_type
from autograder.errors import (
    UNWRITTEN_ERROR,
    Absent,
    AbsentReason,
    PackageAbsent,
    StudentError,
    TimeExceeded,
)
from autograder.model import Cause, Frame
from autograder.text.suggestions import nearest

# Characters of a text that was raised before anything hidden came to the worker.
MAX_IMPORT_TEXT_CHARS = 160
# Colours, moves, titles.
TERMINAL_PATTERN = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)")
LOOP_PATTERN = re.compile(r"\s*while\b")
RETURNED_PATTERN = re.compile(r"a (?:\w+\.)*(\w+) is not plain data")
# One cause, in whichever lines it occurs.
CAUSES_BY_NAME = ("name_import", "module", "module_hidden", "module_own")
RETURNED_SORTS = {
    **dict.fromkeys(
        ("generator", "map", "filter", "zip", "range", "list_iterator", "dict_keys", "dict_values"),
        "lazy",
    ),
    **dict.fromkeys(("function", "method", "builtin_function_or_method"), "uncalled"),
    **dict.fromkeys(("ndarray", "float32", "float64", "int64", "int32"), "numpy"),
    **dict.fromkeys(("set", "frozenset"), "set"),
}


def cause_of(
    kind: str,
    message: str,
    where: tuple[Frame, ...],
    outline: Outline | None,
    asked: tuple[str, ...] = (),
    *,
    is_import: bool = False,
) -> Cause | None:
    """Return the cause of an exception of class `kind`; None where its text is in no list.

    `asked` are the names that were asked for. Where an import raised it, nothing hidden has come to
    the worker yet: the text is shown whatever it says.
    """
    if outline is None:
        return None
    found = match_exception_text(kind, message, outline)
    shown = _one_line(message) if is_import and kind != "SystemExit" else ""
    line = outline.line(where[-1].cell, where[-1].line) if where else None
    if found is None:
        return _cause_of_unknown(line, shown)
    if is_import:
        found = ExceptionText(key=found.key, values=found.values, text=shown)
    context = ExceptionContext(
        found=found, message=message, outline=outline, line=line, asked=asked, is_import=is_import
    )
    return diagnose(context)


def _cause_of_unknown(line: Line | None, shown: str) -> Cause | None:
    """Return the cause of an exception whose text is in no list: the student's own, or shown."""
    own = re.match(r"\s*(raise|assert)\b", line.text) if line is not None else None
    if own:
        return Cause(key=f"own_{own[1]}", text=shown)
    return Cause(key="raised", text=shown) if shown else None


def _one_line(message: str) -> str:
    """Return a text on one line and cut, without what it asks of a terminal."""
    plain = "".join(
        c if c.isprintable() else " " for c in TERMINAL_PATTERN.sub("", message.replace("`", "'"))
    )
    text = " ".join(plain.split())
    return text if len(text) <= MAX_IMPORT_TEXT_CHARS else text[:MAX_IMPORT_TEXT_CHARS] + "…"


def returned_nothing(outline: Outline | None, asked: tuple[str, ...]) -> Cause | None:
    """Return the cause where what was asked for cannot return anything; None where it can."""
    definition = function_without_value(outline, asked) if outline is not None else None
    if outline is None or definition is None:
        return None
    place = outline.frame(definition.line, definition.full_name)
    return Cause(key="none_returned", values={"function": definition.full_name}, place=place)


def of_missing(name: str, outline: Outline | None) -> Cause | None:
    """Return the cause of a missing name: misspelt, or inside another definition."""
    definition = outline.named(name) if outline is not None else None
    if outline is None or not name:
        return None
    if definition is not None:
        key = "missing_inside" if definition.owner else "missing_defined"
        values = {"line": str(definition.line.number), "around": definition.owner}
        return Cause(key=key, values=values, place=outline.frame(definition.line, definition.name))
    known = {d.name: d for d in outline.definitions if not d.owner}
    plain = {_plain(word): word for word in known}
    near = plain.get(_plain(name)) or nearest(name, known)
    if not near:
        return None
    line = known[near].line
    return Cause(
        key="missing_near", values={"near": near, "name": name}, place=outline.frame(line, near)
    )


def _plain(word: str) -> str:
    return word.replace("_", "").lower()


def of_package(package: str, *, is_lacking: bool, is_hidden: bool) -> Cause:
    """Return the cause of a missing package, or (`is_lacking`) of one without the name."""
    first = package.partition(".")[0]
    if not first:
        return Cause(key="relative_import")
    if is_lacking:
        return Cause(key="import_name")
    if is_hidden:
        return Cause(key="module_hidden")
    return (
        Cause(key="module_own", values={"module": first})
        if first in OWN_MODULES
        else Cause(key="module")
    )


def of_unwritten(message: str, where: tuple[Frame, ...], outline: Outline | None) -> bool:
    """Return whether the line that the student has to replace raised the error."""
    if message.startswith("Module [") or outline is None or not where:
        return outline is None
    line = outline.line(where[-1].cell, where[-1].line)
    return line is not None and ("raise" in line.text or UNWRITTEN_ERROR in line.text)


def of_unreadable(
    message: str, outline: Outline | None, asked: tuple[str, ...]
) -> tuple[str, Cause]:
    """Return the type of a value that no check can read, and the cause."""
    found = RETURNED_PATTERN.fullmatch(message)
    kind = found[1] if found is not None else ""
    if outline is None or not is_type(kind, outline):
        kind = ""
    sort = RETURNED_SORTS.get(kind, "object" if found is not None else "value")
    place = _first_function(outline, asked) if outline is not None else None
    return kind, Cause(key=f"returned_{sort}", values={"type": kind} if kind else {}, place=place)


def _first_function(outline: Outline, asked: tuple[str, ...]) -> Frame | None:
    """Return the place of the first of the asked names that is a function."""
    for name in asked:
        definition = outline.named(name)
        if definition is not None and not definition.is_class:
            return outline.frame(definition.line, definition.name)
    return None


def of_timeout(limit: str, where: tuple[Frame, ...], outline: Outline | None) -> Cause:
    """Return the cause where time ran out, which the line tells if there is one."""
    line = outline.line(where[-1].cell, where[-1].line) if outline is not None and where else None
    if line is not None and LOOP_PATTERN.match(line.text):
        return Cause(key="timeout_loop")
    return Cause(key="timeout_import" if limit == "import" else "timeout")


def cause_id(error: StudentError) -> str:
    """Return the same text for errors that one thing explains: what it is, and the line to mend."""
    cause, where = error.cause, error.where
    place = (
        cause.place
        if cause is not None and cause.place is not None
        else (where[-1] if where else None)
    )
    if cause is not None and cause.key in CAUSES_BY_NAME and "name" in cause.values:
        return f"{cause.key} {cause.values['name']}"
    kind = cause.key if cause is not None and cause.key != "raised" else error.subject
    if isinstance(error, PackageAbsent) and cause is not None and error.package:
        return f"{cause.key} {error.package}"
    if isinstance(error, Absent) and error.reason is AbsentReason.BODY:
        kind = "unwritten"
    elif isinstance(error, Absent) and not place:
        kind = f"missing {error.subject}".strip()
    elif isinstance(error, TimeExceeded):
        kind = f"timeout {error.limit}"
    elif not kind:
        kind = error.outcome.value
    return f"{kind} {place.id}" if place is not None else kind


def outline_in(code: Mapping[str, Outline], where: tuple[Frame, ...]) -> Outline | None:
    """Return the outline of the file that raised; of the only one where none did."""
    file = where[-1].file if where else next(iter(code), "")
    return code.get(file)
