"""The student's module and the requests to it (runs inside): load, call a function, run a probe.

The judge trusts nothing of this: student code shares the process and may change all of it.
"""

from __future__ import annotations

import builtins
import functools
import linecache
import sys
import types
from collections.abc import Collection, Iterable, Sequence

from autograder.sandbox import wire
from autograder.sandbox.cells import Written, raw_cells, written_by
from autograder.sandbox.encoding import decoded_code
from autograder.sandbox.execution import error_reports, torch_cpu_compat
from autograder.sandbox.execution.dialogue import (
    Dialogue as Dialogue,  # probes take it from here: a worker sees no file of ours to import
)
from autograder.sandbox.execution.error_reports import PROBE_FILE, NothingDefined, SourceMap
from autograder.sandbox.execution.executor import Execution
from autograder.sandbox.execution.global_state import GlobalState
from autograder.sandbox.execution.imports import Importer, Placeholder
from autograder.sandbox.execution.program import Cell, cells_of, text_of
from autograder.sandbox.execution.statement_syntax import guarded_import_lines
from autograder.sandbox.execution.stub_packages import Inert
from autograder.sandbox.execution.student_module import NOTEBOOK_NAMES, Student
from autograder.sandbox.execution.written_modules import WrittenModules, packages_of
from autograder.sandbox.protocol import (
    MAX_BROKEN_STATEMENTS,
    NOT_GIVEN,
    Answer,
    CallRequest,
    CodeLine,
    Loaded,
    LoadRequest,
    Message,
    PlainData,
    Remark,
    Request,
    RunRequest,
    decode_request,
    encode_answer,
    encode_loaded,
    encode_remarks,
)

Namespace = dict[str, object]  # of a module: its names and what they stand for


class Interpreter:
    """One student's module, and the answers that it gives."""

    def __init__(self) -> None:
        """Make an empty module."""
        self.student = Student(types.ModuleType("student"))
        self._source_map = SourceMap()
        self._state = GlobalState()
        self._probes: dict[str, dict[str, PlainData]] = {}  # names, by the source of their module
        self._main: list[Cell] = []  # the code of the module itself
        self._written: list[tuple[Written, Cell]] = []  # the code of modules that it writes
        self._executions: list[Execution] = []
        self._builtins: Namespace = {}

    def answer(self, request: Message, caps: wire.Caps = wire.DEFAULT_CAPS) -> list[bytes]:
        """Return the frame that answers a request: its id with a value, or with an error."""
        request_id, typed_request = decode_request(request)
        try:
            value = self._value_of(typed_request)
            return self._frame(request_id, caps, value=value)
        except BaseException as error:  # SystemExit too: a student may call exit()
            return self._frame(request_id, caps, error=self.describe(error))

    def _value_of(self, request: Request) -> PlainData:
        if isinstance(request, LoadRequest):
            return encode_loaded(self._load(request))
        self._state.put_back(request.seed)
        if isinstance(request, CallRequest):
            return getattr(self.student, request.name)(*request.args, **request.kwargs)
        return self._run(request)

    def _frame(
        self,
        request_id: int,
        caps: wire.Caps,
        value: object = NOT_GIVEN,
        error: object = NOT_GIVEN,
    ) -> list[bytes]:
        """Return an answer as a frame, with the remarks on what was done in another way."""
        remarks: dict[Remark, CodeLine] = {}
        for remark, (_, line) in torch_cpu_compat.remarks.items():
            remarks[remark] = self._source_map.place_of(line)
        answer = Answer(value=value, error=error, remarks=encode_remarks(remarks))
        return wire.frame(encode_answer(answer, request_id), caps)

    def describe(self, error: BaseException) -> Message:
        """Return an exception as plain data."""
        return error_reports.describe(error, self._source_map)

    # ---------------------------------------------------------------- load

    def _load(self, request: LoadRequest) -> Loaded:
        """Make the student's module from the bytes of its file.

        What a statement raised is an error of the whole file where none of the wanted names comes
        of it.
        """
        module = types.ModuleType(request.module)
        module.__file__ = request.file
        torch_cpu_compat.student_files = {request.file}
        torch_cpu_compat.remarks.clear()
        self._read(request)
        self._builtins = {**vars(builtins), "__import__": self._importer()}
        namespace = vars(module)
        namespace.update(NOTEBOOK_NAMES, __builtins__=self._builtins)
        sys.modules[request.module] = module
        self.student = Student(module)
        before = dict(namespace)
        execution = Execution(self._main, namespace, request.seconds)
        self._executions = [execution]
        execution.run(set(request.stops))
        return self._loaded(namespace, before, request.wanted)

    def _read(self, request: LoadRequest) -> None:
        """Split a file into the cells of the module itself and those of modules that it writes."""
        file = request.file
        self._main, self._written = [], []
        self._source_map = SourceMap(file=file)
        if file.endswith(".ipynb"):
            cells = self._read_notebook(request)
        else:
            cells = self._main = [Cell(file, 0, decoded_code(request.content))]
            if cells[0].mistake is not None:
                self._show(cells[0].source)
                raise cells[0].mistake
        self._show(text_of(cells))
        packages = packages_of([written for written, _ in self._written])
        WrittenModules(packages, self._fill).install()

    def _read_notebook(self, request: LoadRequest) -> list[Cell]:
        sources = raw_cells(request.content)
        cells = cells_of(request.file, sources)
        first_lines = [cell.first for cell in cells]
        self._source_map = SourceMap(file=request.file, first_lines=first_lines)
        for source, cell in zip(sources, cells, strict=True):
            written = written_by(source)
            if written is None or written.module == request.module:
                self._main.append(cell)
            else:
                self._written.append((written, cell))
        return cells

    def _importer(self) -> Importer:
        """Return what import statements of the file call."""

        @functools.cache
        def guarded() -> Collection[int]:
            lines: set[int] = set()
            for cell in [*self._main, *(cell for _, cell in self._written)]:
                lines |= guarded_import_lines(cell.tree)
            return lines

        return Importer(self._source_map.file, self._source_map.place_of, guarded)

    def _fill(self, module: str, namespace: Namespace) -> None:
        """Run the cells that write a module in its namespace."""
        cells: list[Cell] = []
        for written, cell in self._written:
            if written.module == module:
                cells = [*cells, cell] if written.appends else [cell]
        namespace.update(__builtins__=self._builtins, __file__=self._source_map.file)
        execution = Execution(cells, namespace)  # within the time of the importing statement
        self._executions.append(execution)
        execution.run()

    def _loaded(self, now: Namespace, before: Namespace, wanted: Sequence[str]) -> Loaded:
        """Return the errors of the file and the statements that took too long."""
        errors = self._errors()
        names = wanted or new_names(now, before)
        made_something = any(is_made(now.get(name), wanted) for name in names)
        if (errors or wanted) and not made_something:
            raise errors[0] if errors else NothingDefined("none of the names that were asked for")
        stops = [stop for execution in self._executions for stop in execution.stops]
        reports = [self.describe(error) for error in errors[:MAX_BROKEN_STATEMENTS]]
        return Loaded(errors=tuple(reports), stops=tuple(stops))

    def _errors(self) -> list[BaseException]:
        """Return what statements raised, and why cells of written modules cannot be read."""
        errors = [error for execution in self._executions for error in execution.errors]
        for _, cell in self._written:
            if cell.mistake is not None and cell.mistake not in errors:
                errors.append(cell.mistake)
        return errors

    def _show(self, source: str) -> None:
        """Let tracebacks and `inspect` find the student's lines."""
        lines = [line + "\n" for line in source.split("\n")]
        file = self._source_map.file
        linecache.cache[file] = (len(source), None, lines, file)

    # ---------------------------------------------------------------- run

    def _run(self, request: RunRequest) -> PlainData:
        """Run an instructor's probe on the student's module."""
        namespace = self._probes.get(request.source)
        if namespace is None:
            namespace = {"__name__": "probes"}
            exec(compile(request.source, PROBE_FILE, "exec", dont_inherit=True), namespace)
            self._probes[request.source] = namespace
        return namespace[request.name](self.student, *request.args, **request.kwargs)


def new_names(now: Namespace, before: Namespace) -> list[str]:
    """Return the names that code set, without those of Python's own."""
    names = [name for name in now if not name.startswith("__")]
    return [name for name in names if now[name] is not before.get(name)]


def is_made(value: object, wanted: Iterable[str]) -> bool:
    """Return whether the file made a value; of `wanted` names, whether it is callable."""
    if value is None or isinstance(value, (Placeholder, Inert)):
        return False
    return callable(value) if wanted else not isinstance(value, types.ModuleType)


def hide_packages(packages: Sequence[str]) -> None:
    """Make installed packages un-importable; the sandbox is what keeps their files out of reach."""
    for package in packages:
        sys.modules[package] = None  # type: ignore[assignment]
