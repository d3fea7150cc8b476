"""The student's module and what is asked of it (runs inside): load, call a function, run a probe.

Nothing here is trusted by the judge: student code shares this process and may change all of it.
"""

from __future__ import annotations

import linecache
import sys
import types
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from autograder.sandbox import wire
from autograder.sandbox.cells import NotebookError, raw_cells
from autograder.sandbox.dialogue import Dialogue as Dialogue  # for probes: a worker sees no file of ours to import
from autograder.sandbox.magics import without_magics
from autograder.sandbox.notebook import STAND_INS, Execution, OutOfTime, cells_of, text_of

PROBES = "<probes>"  # the file name under which an instructor's probes are compiled
FRAMES = 12  # of a traceback that are reported
TEXT = 2000  # characters of an exception's message that are reported
UNREADABLE = (SyntaxError, IndentationError, TabError)
NO_MEMORY = ("can't allocate memory", "not enough memory")  # torch's words in a RuntimeError


class NameMissing(Exception):
    """Raised when the student's module has no such name."""


class Student:
    """What a probe receives as `student`: the names of the student's module."""

    def __init__(self, module: types.ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        """A name of the student's module; NameMissing where there is none."""
        try:
            return getattr(self._module, name)
        except AttributeError:
            raise NameMissing(name) from None


class Interpreter:
    """One student's module, and the answers that it gives."""

    def __init__(self) -> None:
        self.file = ""
        self.firsts: list[int] = []  # of a notebook: the first line of each cell, were all of them one file
        self.probes: dict[str, dict[str, Any]] = {}  # source -> the namespace it made
        self.student = Student(types.ModuleType("student"))

    def answer(self, request: dict[str, Any], caps: wire.Caps = wire.CAPS) -> list[bytes]:
        """The frame that answers one request: its id with a value, or with the description of an error."""
        steps: dict[str, Callable[..., Any]] = {"load": self.load, "call": self.call, "run": self.run}
        id, do = request.pop("id"), request.pop("do")
        try:
            return wire.frame({"id": id, "value": steps[do](**request)}, caps)
        except BaseException as error:  # SystemExit too: a student may call exit()
            return wire.frame({"id": id, "error": self.describe(error)}, caps)

    def load(
        self,
        module: str,
        file: str,
        content: bytes,
        seconds: float | None = None,
        stops: Sequence[tuple[int, int]] = (),
    ) -> dict[str, Any]:
        """Compile and execute the student's file, from its bytes, as the module `module`.

        The cells of a notebook share so many seconds; some of them run only as far as a line of theirs.
        """
        made = types.ModuleType(module)
        made.__file__ = self.file = file
        vars(made).update(STAND_INS)
        sys.modules[module] = made
        self.student = Student(made)
        if file.endswith(".ipynb"):
            return self._load_notebook(made, content, seconds, dict(stops))
        source = content.decode("utf-8-sig")  # strict: a coding cookie is inert
        self._show(source)
        try:
            code = compile(source, file, "exec", dont_inherit=True)
        except SyntaxError:  # as notebooks are exported, perhaps
            source = without_magics(source)
            code = compile(source, file, "exec", dont_inherit=True)
        exec(code, made.__dict__)
        return {}

    def _load_notebook(
        self, made: types.ModuleType, content: bytes, seconds: float | None, stops: dict[int, int]
    ) -> dict[str, Any]:
        cells = cells_of(self.file, raw_cells(content))
        self.firsts = [cell.first for cell in cells]
        self._show(text_of(cells))
        execution = Execution(self.file, cells, made.__dict__)
        execution.run(seconds, stops)
        errors = execution.errors
        if errors and execution.is_empty:
            raise errors[0]
        return {"broken_cells": [self.describe(error) for error in errors[:FRAMES]]}

    def _show(self, source: str) -> None:
        """Let tracebacks and `inspect` find the student's lines."""
        linecache.cache[self.file] = (len(source), None, source.splitlines(keepends=True), self.file)

    def call(self, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """One of the student's functions on plain data."""
        return getattr(self.student, name)(*args, **kwargs)

    def run(self, source: str, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """An instructor's probe, by the source of its module and its name, on the student's module."""
        if source not in self.probes:
            namespace: dict[str, Any] = {"__name__": "probes"}
            exec(compile(source, PROBES, "exec", dont_inherit=True), namespace)
            self.probes[source] = namespace
        return self.probes[source][name](self.student, *args, **kwargs)

    def describe(self, error: BaseException) -> dict[str, Any]:
        """An exception as plain data: its kind of end, type, message, and the student's own frames."""
        type_name = type(error).__name__
        kind, subject = "raised", type_name
        if isinstance(error, NameMissing):
            kind, subject = "missing", str(error.args[0])
        elif isinstance(error, NotImplementedError):
            kind = "unwritten"
        elif isinstance(error, OutOfTime):
            kind = "timeout"
        elif isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and out_of_memory(error)):
            kind = "memory"
        elif isinstance(error, wire.WireError):
            kind = "unsendable"
        elif isinstance(error, (SyntaxError, UnicodeDecodeError, NotebookError)):
            kind = "unreadable"
        elif isinstance(error, NameError) and innermost_file(error) == PROBES:
            kind = "probe"  # the instructor's own slip, never the student's
        return {
            "kind": kind,
            "type": type_name[:100],
            "subject": subject[:100],
            "message": message_of(error)[:TEXT],
            "frames": self.frames(error)[-FRAMES:],
        }

    def frames(self, error: BaseException) -> list[list[Any]]:
        """The student's own lines in a traceback, as [file, cell, line, function], innermost last."""
        found: list[list[Any]] = []
        step = error.__traceback__
        while step is not None:
            code = step.tb_frame.f_code
            if code.co_filename == self.file:
                found.append([*self._place(step.tb_lineno), code.co_name[:100]])
            step = step.tb_next
        if isinstance(error, SyntaxError) and error.filename == self.file:
            found.append([*self._place(error.lineno or 0), ""])
        return found

    def _place(self, line: int) -> tuple[str, int, int]:
        """A line of the module as (file, cell, line in the cell); in a .py file the cell is 0."""
        cell = bisect_right(self.firsts, line)
        return self.file, cell, line - self.firsts[cell - 1] + 1 if cell else line


def hide(packages: list[str]) -> None:
    """Make installed packages un-importable; what truly keeps them out of reach is the sandbox."""
    for package in packages:
        sys.modules[package] = None  # type: ignore[assignment]


def message_of(error: BaseException) -> str:
    """An exception's own message; even asking for it runs student code."""
    if type(error) in UNREADABLE and error.args and type(error.args[0]) is str:
        return error.args[0]  # without its line, which counts those of all cells
    try:
        return str.__str__(str(error))  # exact: a subclass could not be sent
    except BaseException as second:
        return f"(its message raised {type(second).__name__})"


def out_of_memory(error: RuntimeError) -> bool:
    """Whether torch's allocator raised it."""
    return any(words in message_of(error) for words in NO_MEMORY)


def innermost_file(error: BaseException) -> str:
    """The file in which an exception was raised."""
    step, name = error.__traceback__, ""
    while step is not None:
        name, step = step.tb_frame.f_code.co_filename, step.tb_next
    return name
