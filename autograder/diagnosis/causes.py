"""Causes: what an error of a student's code comes from, and the id under which checks share it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from autograder.diagnosis.exception_patterns import Found, is_type, recognise
from autograder.diagnosis.exceptions import Clues, diagnose, silent
from autograder.diagnosis.known_names import OWN_MODULES
from autograder.diagnosis.outline import Outline
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

MAX_IMPORT_TEXT = (
    160  # characters of a text that was raised before anything hidden came to the worker
)
_TERMINAL = re.compile(
    r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)"
)  # colours, moves, titles
_LOOPS = re.compile(r"\s*while\b")
_RETURNED = re.compile(r"a (?:\w+\.)*(\w+) is not plain data")
_BY_NAME = (
    "name_import",
    "module",
    "module_hidden",
    "module_own",
)  # one cause, in whatever lines it is met
_SORTS = {
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
    found = recognise(kind, message, outline)
    shown = _one_line(message) if is_import and kind != "SystemExit" else ""
    line = outline.line(where[-1].cell, where[-1].line) if where else None
    if found is None:
        own = re.match(r"\s*(raise|assert)\b", line.text) if line is not None else None
        return Cause(key=f"own_{own[1]}" if own else "raised", text=shown) if own or shown else None
    if is_import:
        found = Found(key=found.key, values=found.values, text=shown)
    clues = Clues(
        found=found, message=message, outline=outline, line=line, asked=asked, is_import=is_import
    )
    return diagnose(clues)


def _one_line(message: str) -> str:
    """Return a text on one line and cut, without what it asks of a terminal."""
    plain = "".join(
        c if c.isprintable() else " " for c in _TERMINAL.sub("", message.replace("`", "'"))
    )
    text = " ".join(plain.split())
    return text if len(text) <= MAX_IMPORT_TEXT else text[:MAX_IMPORT_TEXT] + "…"


def returned_nothing(outline: Outline | None, asked: tuple[str, ...]) -> Cause | None:
    """Return the cause where what was asked for cannot return anything; None where it can."""
    each = silent(outline, asked) if outline is not None else None
    if outline is None or each is None:
        return None
    place = outline.frame(each.line, each.full_name)
    return Cause(key="none_returned", values={"function": each.full_name}, place=place)


def of_missing(name: str, outline: Outline | None) -> Cause | None:
    """Return the cause where a name that was asked for is not there: misspelt, or inside another
    definition.
    """
    each = outline.named(name) if outline is not None else None
    if outline is None or not name:
        return None
    if each is not None:
        key = "missing_inside" if each.owner else "missing_defined"
        values = {"line": str(each.line.number), "around": each.owner}
        return Cause(key=key, values=values, place=outline.frame(each.line, each.name))
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
    """Return the cause where a package is not there; `is_lacking`: it is there, and lacks the name."""
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
    """Return whether a NotImplementedError was raised by the line that the student is to replace."""
    if message.startswith("Module [") or outline is None or not where:
        return outline is None
    line = outline.line(where[-1].cell, where[-1].line)
    return line is not None and ("raise" in line.text or UNWRITTEN_ERROR in line.text)


def of_unreadable(
    message: str, outline: Outline | None, asked: tuple[str, ...]
) -> tuple[str, Cause]:
    """Return the type of a value that no check can read, and the cause."""
    found = _RETURNED.fullmatch(message)
    kind = found[1] if found is not None else ""
    if outline is None or not is_type(kind, outline):
        kind = ""
    sort = _SORTS.get(kind, "object" if found is not None else "value")
    functions = [outline.named(name) for name in asked] if outline is not None else []
    each = next((d for d in functions if d is not None and not d.is_class), None)
    place = (
        outline.frame(each.line, each.name) if outline is not None and each is not None else None
    )
    return kind, Cause(key=f"returned_{sort}", values={"type": kind} if kind else {}, place=place)


def of_timeout(limit: str, where: tuple[Frame, ...], outline: Outline | None) -> Cause:
    """Return the cause where time ran out, which the line tells if there is one."""
    line = outline.line(where[-1].cell, where[-1].line) if outline is not None and where else None
    if line is not None and _LOOPS.match(line.text):
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
    if cause is not None and cause.key in _BY_NAME and "name" in cause.values:
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
