"""What a worker says of an error, and what of it a student may read: names and lines that the files declare.

A worker knows the hidden inputs, and student code chooses the words of its errors: a class called after an input,
a line number of twenty digits. Staff read all of it as evidence; a student reads what was in the files before.
"""

from __future__ import annotations

import builtins
import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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
)
from autograder.model import Frame
from autograder.sandbox.encoding import decoded_json, readable_code
from autograder.sandbox.interpreter import FRAMES, MAX_STOPS, TEXT

CODE = (".py", ".ipynb")
REMARKS = ("torch_compile", "loader_processes", "mixed_precision")  # of sandbox/compatibility.py
IMPORT = re.compile(r"\b(?:import|from)\b[^\n]{1,500}")
MOST = 10**9  # the parameters of a very large network
MOST_ENTRIES = 8  # of a shape
CUT = "…"
_SCOPES = {"<module>", "<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", ""}
_BUILTIN = {
    name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
}
# Exceptions that the course's packages raise; another one reads as `Exception`, which it is.
_OF_LIBRARIES = """
    AcceleratorError ArgumentError AxisError BackendCompilerFailed CalledProcessError CancelledError
    DecompressionBombError EinopsError Empty EmptyDataError FrozenInstanceError Full HTTPError InvalidOperation
    InvalidStateError JSONDecodeError LinAlgError NotebookError OutOfMemoryError ParserError PickleError
    PicklingError SafetensorError TimeoutExpired URLError UnidentifiedImageError UnpicklingError Unsupported
    UnsupportedOperation WireError YAMLError _LinAlgError error gaierror
"""
KNOWN = _BUILTIN | set(_OF_LIBRARIES.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What one file of a student declares."""

    classes: frozenset[str]
    functions: frozenset[str]
    words: frozenset[str]  # of its import statements
    lines: int
    cells: int  # of a notebook; 0 in a .py file


@functools.lru_cache(maxsize=8)
def declared_in(file: str, content: bytes) -> Declared:
    """What a file declares, told by its text alone: student code is neither parsed nor run here."""
    text = _text_of(file, content)
    text = text if text.isascii() else unicodedata.normalize("NFKC", text)  # as Python reads its identifiers
    is_notebook = file.endswith(".ipynb")
    return Declared(
        classes=frozenset(re.findall(r"class\s+(\w+)", text)),
        functions=frozenset(re.findall(r"def\s+(\w+)", text)),
        words=frozenset(word for line in IMPORT.findall(text) for word in re.findall(r"\w+", line)),
        lines=1 + text.count("\n") + text.count("\r") + (text.count("\\n") if is_notebook else 0),
        cells=text.count("cell_type") if is_notebook else 0,
    )


def _text_of(file: str, content: bytes) -> str:
    """The text of a .py file or of a notebook's JSON."""
    if not file.endswith(".ipynb"):
        return readable_code(content)
    try:
        return decoded_json(content)
    except UnicodeDecodeError:
        return content.decode("utf-8", "replace")


def student_error(claim: Any, files: Mapping[str, bytes], asked: Mapping[str, Any] | None = None) -> Exception:
    """The error that a worker describes; what it says is checked, for student code may have said it.

    `files` are the student's code, `asked` is the request that it answers: only what it asked for can be missing.
    """
    try:
        kind, type_name, message = claim["kind"], claim["type"], claim["message"][:TEXT]
        frames = [_frame(*frame) for frame in claim["frames"][-FRAMES:]]
        if {type(kind), type(type_name), type(message), type(claim["subject"])} != {str}:
            raise TypeError("texts expected")
    except (TypeError, KeyError, ValueError):
        return Denied("a malformed description of an error")
    code = {file: declared_in(file, content) for file, content in files.items() if file.endswith(CODE)}
    evidence = f"{printable(type_name)}: {message}"
    where = tuple(told for frame in frames if (told := _told(frame, code)) is not None)
    if kind == "probe":
        return CourseError(f"probes: {evidence}")
    if kind == "memory":
        return MemoryExceeded(evidence, where=where)
    if kind == "timeout" and asked is None:  # only a cell is stopped from within
        return TimeExceeded(evidence, kind="import", where=where)
    if kind == "unwritten":
        return Absent(evidence, kind=UNWRITTEN, where=where)
    if kind == "nothing":
        return Absent(evidence, kind=NOTHING)
    if kind == "package":
        return _package_absent(claim, evidence, where, code)
    if kind == "missing":
        name = claim["subject"]
        return Absent(evidence, kind=name if name in set(_names(asked or {})) else "", where=where)
    is_known = type_name in KNOWN or any(type_name in each.classes for each in code.values())
    return CodeRaised(evidence, kind=type_name if is_known else "Exception", where=where)


def _package_absent(
    claim: Mapping[str, Any], evidence: str, where: tuple[Frame, ...], code: Mapping[str, Declared]
) -> Exception:
    """The use of a package that is not there; its name is told where the student's file holds it."""
    try:
        imported = _told(_frame(*claim["imported"]), code)
    except (TypeError, KeyError):
        return Denied("a malformed description of an error")
    package = claim["subject"]
    parts = [part for part in package.split(".") if part]
    is_named = bool(parts) and all(any(part in each.words for each in code.values()) for part in parts)
    kind = "ImportError" if claim["type"] == "ImportError" else "ModuleNotFoundError"
    named = package if is_named else ""
    return PackageAbsent(evidence, kind=kind, package=named, imported=imported, where=where)


def remark_places(claim: Any, files: Mapping[str, bytes]) -> dict[str, Frame]:
    """Where code asked for what was done in another way, by what it was; what is malformed is left out."""
    if type(claim) is not dict:
        return {}
    code = {file: declared_in(file, content) for file, content in files.items() if file.endswith(CODE)}
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
    """The statements that a worker says took too long: a cell and a line each; nothing if it is malformed."""
    if type(claim) is not list or len(claim) > MAX_STOPS:
        return []
    pairs = [tuple(stop) for stop in claim if type(stop) is list and [type(part) for part in stop] == [int, int]]
    return [(cell, line) for cell, line in pairs]


def _frame(file: Any, cell: Any, line: Any, function: Any) -> Frame:
    if (type(file), type(cell), type(line), type(function)) != (str, int, int, str):
        raise TypeError("a frame is [file, cell, line, function]")
    return Frame(file=file, cell=cell, line=line, function=function)


def _told(frame: Frame, code: Mapping[str, Declared]) -> Frame | None:
    """A line that may be shown: it is there, and so is the function's name; None for a line that is not."""
    declared = code.get(frame.file)
    if declared is None or not 0 <= frame.cell <= declared.cells or not 1 <= frame.line <= declared.lines:
        return None
    is_declared = frame.function in declared.functions or frame.function in _SCOPES
    function = frame.function if is_declared else ""
    return Frame(file=frame.file, cell=frame.cell, line=frame.line, function=function)


def _names(asked: Mapping[str, Any]) -> Iterator[str]:
    """The names that a request may ask the student's module for: of `run`, any that the probe could use."""
    if asked.get("do") == "call":
        yield asked["name"]
    if asked.get("do") == "run":
        yield from re.findall(r"\w+", asked["source"])
        yield from filter(str.isidentifier, _texts([asked["args"], asked["kwargs"]]))


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
    """A value of a finding, if it is short enough for a sentence; twenty digits are a message of their own.

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
