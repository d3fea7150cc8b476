"""Exceptions of student code as reports to the judge (runs inside): kind, message and lines."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.sandbox.cells import NotebookError
from autograder.sandbox.execution.imports import NameOfPackageMissing, PackageMissing
from autograder.sandbox.execution.interrupt import OutOfTime
from autograder.sandbox.protocol import (
    CodeLine,
    ErrorKind,
    ErrorReport,
    Message,
    encode_error,
)
from autograder.sandbox.wire import WireError

PROBE_FILE = "<probes>"  # the file name under which an instructor's probes are compiled
OUT_OF_MEMORY_TEXTS = ("can't allocate memory", "not enough memory")  # of torch's RuntimeErrors


class NameMissing(Exception):
    """Raised when the student's module has no such name."""


class NothingDefined(Exception):
    """Raised when a file defines none of the names that were asked for, and raised no error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMap:
    """Where the lines of the student's module stand in the file that was handed in."""

    file: str = ""
    first_lines: Sequence[int] = ()  # of a notebook: of each cell, were all of them one file

    def place_of(self, line: int) -> CodeLine:
        """Return where a line of the module stands."""
        cell = bisect_right(self.first_lines, line)
        first = self.first_lines[cell - 1] if cell else 1
        return CodeLine(file=self.file, cell=cell, line=line - first + 1)

    def frames_of(self, error: BaseException) -> list[CodeLine]:
        """Return the student's own lines in the traceback of an exception, the innermost last."""
        frames: list[CodeLine] = []
        step = error.__traceback__
        while step is not None:
            code = step.tb_frame.f_code
            if code.co_filename == self.file:
                frames.append(self._line(step.tb_lineno, code.co_name))
            step = step.tb_next
        if isinstance(error, SyntaxError) and error.filename == self.file:
            frames.append(self._line(error.lineno or 0, ""))
        return frames

    def _line(self, line: int, function: str) -> CodeLine:
        place = self.place_of(line)
        return CodeLine(file=place.file, cell=place.cell, line=place.line, function=function)


def describe(error: BaseException, source_map: SourceMap) -> Message:
    """Return an exception as plain data: its kind, type, message, and the student's own lines."""
    kind = kind_of(error)
    report = ErrorReport(
        kind=kind,
        type_name=_type_name(error),
        subject=_subject(error),
        message=message_of(error),
        frames=tuple(source_map.frames_of(error)),
        is_hidden=isinstance(error, PackageMissing) and _is_hidden(error),
    )
    return encode_error(report)


def kind_of(error: BaseException) -> ErrorKind:
    """Return what an exception means."""
    match error:
        case NameMissing():
            return ErrorKind.MISSING
        case NothingDefined():
            return ErrorKind.NOTHING
        case PackageMissing():
            return ErrorKind.PACKAGE
        case NotImplementedError():
            return ErrorKind.UNWRITTEN
        case OutOfTime():
            return ErrorKind.TIMEOUT
        case MemoryError():
            return ErrorKind.MEMORY
        case RuntimeError() if is_out_of_memory(error):
            return ErrorKind.MEMORY
        case WireError():
            return ErrorKind.UNSENDABLE
        case SyntaxError() | UnicodeDecodeError() | NotebookError():
            return ErrorKind.UNREADABLE
        case NameError() if innermost_file(error) == PROBE_FILE:
            return ErrorKind.PROBE
    return ErrorKind.RAISED


def message_of(error: BaseException) -> str:
    """Return an exception's own message; asking for it runs student code, which may raise too."""
    is_syntax_error = type(error) in (SyntaxError, IndentationError, TabError)
    if is_syntax_error and error.args and type(error.args[0]) is str:
        return error.args[0]  # without its line, which counts those of all cells
    try:
        return str.__str__(str(error))  # exact: an instance of a subclass could not be sent
    except BaseException as second:
        return f"(its message raised {type(second).__name__})"


def is_out_of_memory(error: RuntimeError) -> bool:
    """Return whether torch's allocator raised the exception."""
    message = message_of(error)
    return any(text in message for text in OUT_OF_MEMORY_TEXTS)


def innermost_file(error: BaseException) -> str:
    """Return the file in which an exception was raised."""
    step, name = error.__traceback__, ""
    while step is not None:
        name, step = step.tb_frame.f_code.co_filename, step.tb_next
    return name


def _type_name(error: BaseException) -> str:
    """Return the name of the class; the classes of placeholders are the harness's own."""
    if isinstance(error, NameOfPackageMissing):
        return "ImportError"
    return "ModuleNotFoundError" if isinstance(error, PackageMissing) else type(error).__name__


def _subject(error: BaseException) -> str:
    if isinstance(error, NameMissing):
        return str(error.args[0])
    return str(error.name) if isinstance(error, PackageMissing) else type(error).__name__


def _is_hidden(error: PackageMissing) -> bool:
    """Return whether the course hides a package."""
    package = str(error.name).partition(".")[0]
    # `hide_packages` sets None; a package that is not installed has no entry.
    return package in sys.modules and sys.modules.get(package) is None
