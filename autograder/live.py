"""A live submission: what graders see of a student's code, through the two verbs `call` and `run`."""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar

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
T = TypeVar("T")


class LiveSubmission:
    """The student's code behind its two verbs, and the files that came with it.

    Only plain data crosses in either direction. `memory` outlives the check: `once` keeps there what it measured.
    """

    def __init__(
        self,
        ask: Ask,
        files: Mapping[str, bytes] | None = None,
        student: str = "",
        memory: dict[str, tuple[Any, Exception | None]] | None = None,
    ) -> None:
        self._ask = ask
        self._files = {} if files is None else files
        self._memory = {} if memory is None else memory
        self.student = student

    def has(self, name: str) -> bool:
        """Whether the declared file `name` was handed in."""
        return name in self._files

    def file(self, name: str) -> bytes:
        """The content of the declared file `name`, hostile as it may be; Absent where it was not handed in."""
        if name not in self._files:
            raise Absent(f"no file {name}", kind=name)
        return self._files[name]

    def once(self, key: str, make: Callable[[], T]) -> T:
        """`make()`, done once for the submission: later checks get the same value, or the same error."""
        if key not in self._memory:
            try:
                self._memory[key] = (make(), None)
            except (StudentError, AssertionError) as error:
                self._memory[key] = (None, error)
        value, failure = self._memory[key]
        if failure is not None:
            raise failure
        return value  # type: ignore[no-any-return]

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


def in_process(
    module: str, file: Path, files: Mapping[str, bytes] | None = None
) -> tuple[LiveSubmission, list[StudentError]]:
    """`file` loaded in this very process: for a student's own run and for authors of graders, never for marks.

    `files` are the declared files by name. One that is no code is read, not loaded.
    """
    interpreter = Interpreter()
    ids = itertools.count()

    def ask(request: dict[str, Any]) -> Any:
        parts = interpreter.answer(wire.copy({"id": next(ids), **request}, wire.QUESTION))
        return wire.read(b"".join(parts))

    live = LiveSubmission(ask, files)
    if file.suffix not in (".py", ".ipynb"):
        return live, []
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
    file = Path(inspect.getfile(inspect.unwrap(probe)))
    if file.name.startswith("test_"):
        raise CourseError(f"{file}: {probe.__name__}: a probe lives in a file without tests; move it to probes.py")
    return file.read_text(encoding="utf-8")
