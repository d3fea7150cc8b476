"""The student's module and what is asked of it (runs inside): load, call a function, run a probe.

Nothing here is trusted by the judge: student code shares this process and may change all of it.
"""

from __future__ import annotations

import builtins
import functools
import linecache
import sys
import types
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from autograder.sandbox import wire
from autograder.sandbox.cells import NotebookError, Written, raw_cells, written_by
from autograder.sandbox.encoding import decoded_code
from autograder.sandbox.execution import torch_cpu_compat
from autograder.sandbox.execution.dialogue import (
    Dialogue as Dialogue,  # for probes: a worker sees no file of ours to import
)
from autograder.sandbox.execution.executor import Execution
from autograder.sandbox.execution.global_state import GlobalState
from autograder.sandbox.execution.imports import (
    Importer,
    NameOfPackageMissing,
    PackageMissing,
    Placeholder,
)
from autograder.sandbox.execution.interrupt import OutOfTime
from autograder.sandbox.execution.program import Cell, cells_of, text_of
from autograder.sandbox.execution.statement_syntax import guarded_import_lines
from autograder.sandbox.execution.stub_packages import Inert
from autograder.sandbox.execution.written_modules import WrittenModules, packages_of

PROBES = "<probes>"  # the file name under which an instructor's probes are compiled
FRAMES = 12  # of a traceback that are reported
TEXT = 2000  # characters of an exception's message that are reported
UNREADABLE = (SyntaxError, IndentationError, TabError)
MAX_STOPS = 1000  # statements of one file that are told to later workers
NO_MEMORY = ("can't allocate memory", "not enough memory")  # torch's words in a RuntimeError


class NameMissing(Exception):
    """Raised when the student's module has no such name."""


class NothingDefined(Exception):
    """Raised when a file defines nothing of what it was handed in for, and says no error of its
    own.
    """


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


class Shell:
    """What `get_ipython()` gives where there is no IPython: whatever it is asked to do, it does
    nothing.
    """

    def __getattr__(self, name: str) -> Any:
        """A function that does nothing."""
        return nothing


def nothing(*_: Any, **__: Any) -> None:
    """Do nothing."""


LENT = {"display": nothing, "get_ipython": Shell}  # what a notebook has without importing it


class Interpreter:
    """One student's module, and the answers that it gives."""

    def __init__(self, seed: int | None = None) -> None:
        """`seed` is what the random numbers of every question come from; None: whoever asks seeds
        them.
        """
        self.file = ""
        self.firsts: list[
            int
        ] = []  # of a notebook: the first line of each cell, were all of them one file
        self.probes: dict[str, dict[str, Any]] = {}  # source -> the namespace it made
        self.student = Student(types.ModuleType("student"))
        self._state = GlobalState(seed)
        self._main: list[Cell] = []
        self._written: list[tuple[Written, Cell]] = []
        self._executions: list[Execution] = []
        self._builtins: dict[str, Any] = {}

    def answer(self, request: dict[str, Any], caps: wire.Caps = wire.CAPS) -> list[bytes]:
        """The frame that answers one request: its id with a value, or with the description of an
        error.
        """
        steps: dict[str, Callable[..., Any]] = {
            "load": self.load,
            "call": self.call,
            "run": self.run,
        }
        id, do = request.pop("id"), request.pop("do")
        try:
            if do != "load":
                self._state.put_back()
            return wire.frame({"id": id, "value": steps[do](**request), **self._remarked()}, caps)
        except BaseException as error:  # SystemExit too: a student may call exit()
            return wire.frame({"id": id, "error": self.describe(error), **self._remarked()}, caps)

    def _remarked(self) -> dict[str, Any]:
        """What was done in another way than the code asked for, and where; nothing as a rule."""
        remarks = {
            key: [*self._place(line), ""] for key, (_, line) in torch_cpu_compat.remarks.items()
        }
        return {"remarks": remarks} if remarks else {}

    def load(
        self,
        module: str,
        file: str,
        content: bytes,
        seconds: float | None = None,
        stops: Sequence[tuple[int, int]] = (),
        wanted: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Make the student's module from the bytes of its file, as the module `module`.

        Its statements share so many seconds; those that hold one of `stops` only define. What a
        statement raised is an error of the whole file where none of the `wanted` names comes of it.
        """
        made = types.ModuleType(module)
        made.__file__ = self.file = file
        torch_cpu_compat.student_files = {file}
        torch_cpu_compat.remarks.clear()
        self._read(module, file, content)
        self._builtins = {**vars(builtins), "__import__": self._importer()}
        vars(made).update(LENT, __builtins__=self._builtins)
        sys.modules[module] = made
        self.student = Student(made)
        before = dict(vars(made))
        execution = Execution(self._main, vars(made), seconds)
        self._executions = [execution]
        execution.run({(stop[0], stop[1]) for stop in stops})
        return self._loaded(vars(made), before, wanted)

    def _read(self, module: str, file: str, content: bytes) -> None:
        """Cut a file into the cells of the module itself and those of the modules that it writes."""
        self._written, self.firsts = [], []
        if file.endswith(".ipynb"):
            sources = raw_cells(content)
            writes = [written_by(source) for source in sources]
            cells = cells_of(file, sources)
            self.firsts = [cell.first for cell in cells]
            pairs = list(zip(writes, cells, strict=True))
            self._main = [
                cell for written, cell in pairs if written is None or written.module == module
            ]
            self._written = [(w, c) for w, c in pairs if w is not None and w.module != module]
        else:
            cells = self._main = [Cell(file, 0, decoded_code(content))]
            if cells[0].mistake is not None:
                self._show(cells[0].source)
                raise cells[0].mistake
        self._show(text_of(cells))
        WrittenModules(packages_of([written for written, _ in self._written]), self._fill).install()

    def _importer(self) -> Importer:
        """What import statements of the file call."""

        @functools.cache
        def guarded() -> Collection[int]:
            cells = [*self._main, *(cell for _, cell in self._written)]
            return {line for cell in cells for line in guarded_import_lines(cell.tree)}

        return Importer(self.file, self._place, guarded)

    def _fill(self, module: str, namespace: dict[str, Any]) -> None:
        """Run the cells that write a module in its namespace."""
        cells: list[Cell] = []
        for written, cell in self._written:
            if written.module == module:
                cells = [*cells, cell] if written.appends else [cell]
        namespace.update(__builtins__=self._builtins, __file__=self.file)
        execution = Execution(cells, namespace)  # the statement that imports it has its time
        self._executions.append(execution)
        execution.run()

    def _loaded(
        self, now: dict[str, Any], before: dict[str, Any], wanted: Sequence[str]
    ) -> dict[str, Any]:
        """What became of the file: its errors, and the statements that took too long."""
        errors = [error for execution in self._executions for error in execution.errors]
        mistakes = [cell.mistake for _, cell in self._written if cell.mistake is not None]
        errors += [mistake for mistake in mistakes if mistake not in errors]
        new = [
            name for name in now if not name.startswith("__") and now[name] is not before.get(name)
        ]
        names = wanted or new
        if (errors or wanted) and not any(is_made(now.get(name), wanted) for name in names):
            raise errors[0] if errors else NothingDefined("none of the names that were asked for")
        stops = [stop for execution in self._executions for stop in execution.stops]
        broken = {"broken_cells": [self.describe(error) for error in errors[:FRAMES]]}
        return {**broken, "stops": [list(stop) for stop in stops[:MAX_STOPS]]} if stops else broken

    def _show(self, source: str) -> None:
        """Let tracebacks and `inspect` find the student's lines."""
        lines = [line + "\n" for line in source.split("\n")]
        linecache.cache[self.file] = (len(source), None, lines, self.file)

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
        elif isinstance(error, NothingDefined):
            kind = "nothing"
        elif isinstance(error, PackageMissing):
            return self._missing_package(error)
        elif isinstance(error, NotImplementedError):
            kind = "unwritten"
        elif isinstance(error, OutOfTime):
            kind = "timeout"
        elif isinstance(error, MemoryError) or (
            isinstance(error, RuntimeError) and out_of_memory(error)
        ):
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

    def _missing_package(self, error: PackageMissing) -> dict[str, Any]:
        """The description of the use of a package that is not there, and of its import."""
        return {
            "kind": "package",
            "type": "ImportError"
            if isinstance(error, NameOfPackageMissing)
            else "ModuleNotFoundError",
            "subject": str(error.name)[:100],
            "message": message_of(error)[:TEXT],
            "frames": self.frames(error)[-FRAMES:],
            "imported": [*error.place, ""],
            "hidden": sys.modules.get(str(error.name).partition(".")[0], self) is None,
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


def is_made(value: Any, wanted: Iterable[str]) -> bool:
    """Return whether a value is something that the file made; of `wanted` names, a function or a
    class.
    """
    if value is None or isinstance(value, (Placeholder, Inert)):
        return False
    return callable(value) if wanted else not isinstance(value, types.ModuleType)


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
