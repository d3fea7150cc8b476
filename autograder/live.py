"""A live submission: what graders see of a student's code, through the two verbs `call` and `run`."""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

from autograder.errors import (
    UNWRITTEN,
    Absent,
    CodeRaised,
    CourseError,
    Denied,
    MemoryExceeded,
    StudentError,
)
from autograder.model import Frame
from autograder.sandbox import wire
from autograder.sandbox.interpreter import FRAMES, TEXT, Interpreter

Ask = Callable[[dict[str, Any]], Any]  # sends one request to the student's side, returns its answer


class LiveSubmission:
    """The student's code behind its two verbs; only plain data crosses in either direction."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        """What the student's function `name` returns; StudentError where it does not return plain data."""
        return self._value({"do": "call", "name": name, "args": list(args), "kwargs": kwargs})

    def run(self, probe: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """What `probe(student, *args, **kwargs)` returns when it runs beside the student's live objects.

        The source of the probe's whole module is sent, and student code can read it: probes live in a file of
        their own, without tests and expected values. StudentError as for `call`.
        """
        source = _probe_source(probe)
        return self._value(
            {"do": "run", "source": source, "name": probe.__name__, "args": list(args), "kwargs": kwargs}
        )

    def load(self, module: str, file: str, content: bytes) -> list[StudentError]:
        """Make the student's module from the bytes of its file; the errors of a notebook's broken cells."""
        value = self._value({"do": "load", "module": module, "file": file, "content": content})
        broken = value.get("broken_cells", []) if type(value) is dict else None
        if type(broken) is not list:
            raise Denied("the answer to 'load' is malformed")
        return [error for error in map(student_error, broken[:FRAMES]) if isinstance(error, StudentError)]

    def _value(self, request: dict[str, Any]) -> Any:
        answer = self._ask(request)
        if type(answer) is not dict or not {"value", "error"} & answer.keys():
            raise Denied("an answer without a value")
        if "error" in answer:
            error = student_error(answer["error"])
            if isinstance(error, CourseError) and request["do"] != "run":
                raise Denied("it blames a probe where none ran")
            raise error
        return answer["value"]


def in_process(module: str, file: Path) -> tuple[LiveSubmission, list[StudentError]]:
    """`file` loaded in this very process: for a student's own run and for authors of graders, never for marks."""
    interpreter = Interpreter()
    ids = itertools.count()

    def ask(request: dict[str, Any]) -> Any:
        parts = interpreter.answer(wire.copy({"id": next(ids), **request}))
        return wire.read(b"".join(parts))

    live = LiveSubmission(ask)
    return live, live.load(module, file.name, file.read_bytes())


def student_error(claim: Any) -> Exception:
    """The error that a worker describes; what it says is checked, for student code may have said it."""
    try:
        kind, type_name, message = claim["kind"], claim["type"], claim["message"][:TEXT]
        where = tuple(_frame(*frame) for frame in claim["frames"][-FRAMES:])
        if {type(kind), type(type_name), type(message), type(claim["subject"])} != {str}:
            raise TypeError("texts expected")
    except (TypeError, KeyError, ValueError):
        return Denied("a malformed description of an error")
    type_name, subject = printable(type_name), printable(claim["subject"])
    evidence = f"{type_name}: {message}"
    if kind == "probe":
        return CourseError(f"probes: {evidence}")
    if kind == "memory":
        return MemoryExceeded(evidence, where=where)
    if kind in ("missing", "unwritten"):
        return Absent(evidence, kind=subject if kind == "missing" else UNWRITTEN, where=where)
    return CodeRaised(evidence, kind=type_name, where=where)


def _frame(file: Any, cell: Any, line: Any, function: Any) -> Frame:
    if (type(file), type(cell), type(line), type(function)) != (str, int, int, str):
        raise TypeError("a frame is [file, cell, line, function]")
    return Frame(file=printable(file), cell=cell, line=line, function=printable(function))


def printable(text: str, most: int = 100) -> str:
    """A name that a worker reports, fit for a sentence: anyone may call a class `\\x1b[2J`."""
    return "".join(c if c.isprintable() else "?" for c in text[:most])


@functools.cache
def _probe_source(probe: FunctionType) -> str:
    """The source of the module that defines `probe`; CourseError where a test could leak with it."""
    file = Path(inspect.getfile(probe))
    if file.name.startswith("test_"):
        raise CourseError(f"{file}: {probe.__name__}: a probe lives in a file without tests; move it to probes.py")
    return file.read_text(encoding="utf-8")
