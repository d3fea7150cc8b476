"""What a worker says of an error, and what of it a student may read: names and lines that the files
declare.

A worker knows the hidden inputs, and student code chooses the words of its errors: a class called
after an input, a line number of twenty digits. Staff read all of it as evidence; a student reads
what was in the files before.
"""

from __future__ import annotations

import builtins
import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from autograder.diagnosis.causes import (
    cause_of,
    of_missing,
    of_package,
    of_timeout,
    of_unreadable,
    of_unwritten,
    outline_in,
)
from autograder.diagnosis.outline import Outline
from autograder.diagnosis.read_outline import outline_of
from autograder.errors import (
    NOTHING,
    UNWRITTEN,
    Absent,
    CodeRaised,
    CourseError,
    Denied,
    MemoryExceeded,
    PackageAbsent,
    TimeExceeded,
    Unreadable,
)
from autograder.model import Frame
from autograder.sandbox.execution.interpreter import FRAMES, MAX_STOPS, TEXT

CODE = (".py", ".ipynb")
REMARKS = ("torch_compile", "loader_processes", "mixed_precision")  # of sandbox/compatibility.py
IMPORT = re.compile(r"\b(?:import|from)\b[^\n]{1,500}")
MOST = 10**9  # the parameters of a very large network
MOST_ENTRIES = 8  # of a shape
CUT = "…"
_SCOPES = {"<module>", "<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", ""}
_BUILTIN = {
    name
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
}
# Exceptions that the course's packages raise; another one reads as `Exception`, which it is.
_OF_LIBRARIES = """
    AcceleratorError ArgumentError AxisError BackendCompilerFailed CalledProcessError CancelledError
    DecompressionBombError EinopsError Empty EmptyDataError FrozenInstanceError Full HTTPError InvalidOperation
    InvalidStateError JSONDecodeError LinAlgError NotebookError OutOfMemoryError ParserError PickleError
    PicklingError SafetensorError TimeoutExpired URLError UnidentifiedImageError UnpicklingError Unsupported
    UnsupportedOperation YAMLError _LinAlgError error gaierror
"""
KNOWN = _BUILTIN | set(_OF_LIBRARIES.split())


def student_error(
    claim: Any, files: Mapping[str, bytes], asked: Mapping[str, Any] | None = None
) -> Exception:
    """The error that a worker describes; what it says is checked, for student code may have said
    it.

    `files` are the student's code, `asked` is the request that it answers: only what it asked for
    can be missing.
    """
    try:
        kind, type_name, message = claim["kind"], claim["type"], claim["message"][:TEXT]
        frames = [_frame(*frame) for frame in claim["frames"][-FRAMES:]]
        if {type(kind), type(type_name), type(message), type(claim["subject"])} != {str}:
            raise TypeError("texts expected")
    except (TypeError, KeyError, ValueError):
        return Denied("a malformed description of an error")
    code = {
        file: outline_of(file, content) for file, content in files.items() if file.endswith(CODE)
    }
    evidence = f"{printable(type_name)}: {message}"
    where = tuple(told for frame in frames if (told := _told(frame, code)) is not None)
    if kind == "probe":
        return CourseError(f"probes: {evidence}")
    outline, names = outline_in(code, where), asked_for(asked or {})
    if kind == "memory":
        return MemoryExceeded(evidence, where=where)
    if kind == "timeout" and asked is None:  # only a cell is stopped from within
        return TimeExceeded(
            evidence, kind="import", where=where, cause=of_timeout("import", where, outline)
        )
    if kind == "unwritten" and of_unwritten(message, where, outline):
        return Absent(evidence, kind=UNWRITTEN, where=where)
    if kind == "nothing":
        return Absent(evidence, kind=NOTHING)
    if kind == "package":
        return _package_absent(claim, evidence, where, code)
    if kind == "missing":
        name = claim["subject"] if claim["subject"] in set(_names(asked or {})) else ""
        return Absent(evidence, kind=name, where=where, cause=of_missing(name, outline))
    if kind == "unsendable" and type_name == "WireError":
        sort, because = of_unreadable(message, outline, names)
        return Unreadable(evidence, kind=sort, where=where, cause=because)
    is_known = type_name in KNOWN or any(type_name in each.classes for each in code.values())
    is_import = asked is None or asked["do"] == "load"
    shown = type_name if is_known else "Exception"
    cause = cause_of(shown, message, where, outline, names, is_import=is_import)
    return CodeRaised(evidence, kind=shown, where=where, cause=cause)


def _package_absent(
    claim: Mapping[str, Any], evidence: str, where: tuple[Frame, ...], code: Mapping[str, Outline]
) -> Exception:
    """The use of a package that is not there; its name is told where the student's file holds it."""
    try:
        imported = _told(_frame(*claim["imported"]), code)
    except (TypeError, KeyError):
        return Denied("a malformed description of an error")
    package = claim["subject"]
    parts = [part for part in package.split(".") if part]
    is_named = bool(parts) and set(parts) <= {
        word for each in code.values() for word in _import_words(each)
    }
    kind = "ImportError" if claim["type"] == "ImportError" else "ModuleNotFoundError"
    named = package if is_named else ""
    cause = of_package(
        package, is_lacking=kind == "ImportError", is_hidden=claim.get("hidden") is True
    )
    return PackageAbsent(
        evidence, kind=kind, package=named, imported=imported, where=where, cause=cause
    )


@functools.lru_cache(maxsize=8)
def _import_words(outline: Outline) -> frozenset[str]:
    """Return the words of the import statements of a file."""
    statements = (IMPORT.search(line.text) for line in outline.lines)
    return frozenset(word for found in statements if found for word in re.findall(r"\w+", found[0]))


def remark_places(claim: Any, files: Mapping[str, bytes]) -> dict[str, Frame]:
    """Where code asked for what was done in another way, by what it was; what is malformed is left
    out.
    """
    if type(claim) is not dict:
        return {}
    code = {
        file: outline_of(file, content) for file, content in files.items() if file.endswith(CODE)
    }
    found: dict[str, Frame] = {}
    for key in REMARKS:
        try:
            place = _told(_frame(*claim[key]), code) if key in claim else None
        except TypeError:
            continue
        if place is not None:
            found[key] = place
    return found


def stops_of(claim: Any) -> list[tuple[int, int]]:
    """The statements that a worker says took too long: a cell and a line each; nothing if it is
    malformed.
    """
    if type(claim) is not list or len(claim) > MAX_STOPS:
        return []
    pairs = [
        tuple(stop)
        for stop in claim
        if type(stop) is list and [type(part) for part in stop] == [int, int]
    ]
    return [(cell, line) for cell, line in pairs]


def _frame(file: Any, cell: Any, line: Any, function: Any) -> Frame:
    if (type(file), type(cell), type(line), type(function)) != (str, int, int, str):
        raise TypeError("a frame is [file, cell, line, function]")
    return Frame(file=file, cell=cell, line=line, function=function)


def _told(frame: Frame, code: Mapping[str, Outline]) -> Frame | None:
    """A line that may be shown: it is there, and so is the function's name; None for a line that is
    not.
    """
    declared = code.get(frame.file)
    if declared is None or not declared.has_line(frame.cell, frame.line):
        return None
    is_declared = frame.function in declared.functions or frame.function in _SCOPES
    function = frame.function if is_declared else ""
    return Frame(file=frame.file, cell=frame.cell, line=frame.line, function=function)


def _names(asked: Mapping[str, Any]) -> Iterator[str]:
    """The names that a request may ask the student's module for: of `run`, any that the probe could
    use.
    """
    if asked.get("do") == "call":
        yield asked["name"]
    if asked.get("do") == "run":
        yield from re.findall(r"\w+", asked["source"])
        yield from filter(str.isidentifier, _texts([asked["args"], asked["kwargs"]]))


def asked_for(asked: Mapping[str, Any]) -> tuple[str, ...]:
    """The names that a request is about: a called function, what a probe is given, what it takes
    itself.
    """
    if asked.get("do") == "call":
        return (asked["name"],)
    if asked.get("do") != "run":
        return ()
    head = rf"^def {re.escape(asked.get('name', ''))}\b.*?(?=^\S|\Z)"
    own = re.search(head, asked["source"], re.MULTILINE | re.DOTALL)
    taken = re.findall(r"\bstudent\.(\w+)", own[0]) if own else []
    return (*filter(str.isidentifier, _texts([asked["args"], asked["kwargs"]])), *taken)


def _texts(value: Any) -> Iterator[str]:
    """The texts in the arguments of a probe."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for each in (*value, *value.values()):
            yield from _texts(each)


def tellable(value: object) -> object:
    """A value of a finding, if it is short enough for a sentence; twenty digits are a message of
    their own.

    Graders tell what they measured, and a count or a shape may be what a worker says.
    """
    if isinstance(value, (list, tuple)):
        told = [tellable(each) for each in value[: MOST_ENTRIES + 1]]
        return CUT if len(told) > MOST_ENTRIES else told if isinstance(value, list) else tuple(told)
    if isinstance(value, int):
        return value if abs(value) < MOST else CUT
    if isinstance(value, float):
        return f"{value:.4g}"
    return value


def printable(text: str, most: int = 100) -> str:
    """A name that a worker reports, fit for a line: anyone may call a class `\\x1b[2J`."""
    return "".join(c if c.isprintable() else "?" for c in text[:most])
