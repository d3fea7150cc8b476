"""Errors that a worker reports, and what of them a student may read.

A worker knows the hidden inputs, and student code chooses the words of its errors: a class called
after an input, a line number of twenty digits. Staff read all of it as evidence. A student reads
only names and lines that the submitted files declare.
"""

from __future__ import annotations

import builtins
import functools
import re
from collections.abc import Iterator, Mapping

from autograder.checks.printable import printable
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
    Absent,
    AbsentReason,
    CodeRaised,
    CourseError,
    Denied,
    MemoryExceeded,
    PackageAbsent,
    StudentError,
    TimeExceeded,
    TimeLimit,
    Unreadable,
)
from autograder.model import Frame
from autograder.sandbox.protocol import (
    CallRequest,
    CodeLine,
    ErrorKind,
    ErrorReport,
    LoadRequest,
    ProtocolError,
    Remark,
    Request,
    RunRequest,
    decode_error,
)

CODE_SUFFIXES = (".py", ".ipynb")
IMPORT_STATEMENT = re.compile(r"\b(?:import|from)\b[^\n]{1,500}")
_SCOPES = {"<module>", "<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", ""}
# Exceptions that the course's packages raise; another one reads as `Exception`, which it is.
_LIBRARY_EXCEPTIONS = """
    AcceleratorError ArgumentError AxisError BackendCompilerFailed CalledProcessError
    CancelledError DecompressionBombError EinopsError Empty EmptyDataError FrozenInstanceError Full
    HTTPError InvalidOperation InvalidStateError JSONDecodeError LinAlgError NotebookError
    OutOfMemoryError ParserError PickleError PicklingError SafetensorError TimeoutExpired URLError
    UnidentifiedImageError UnpicklingError Unsupported UnsupportedOperation YAMLError _LinAlgError
    error gaierror
"""


def _builtin_exceptions() -> set[str]:
    names: set[str] = set()
    for name, value in vars(builtins).items():
        if isinstance(value, type) and issubclass(value, BaseException):
            names.add(name)
    return names


KNOWN_EXCEPTIONS = _builtin_exceptions() | set(_LIBRARY_EXCEPTIONS.split())


def student_error(
    claim: object, files: Mapping[str, bytes], request: Request | None = None
) -> StudentError | CourseError:
    """Return the error that a worker describes; Denied where the description is malformed.

    Student code may have written the description, so that its parts are checked. `files` are the
    student's code. Only what the `request` asked for can be missing.
    """
    try:
        report = decode_error(claim)
        if report.kind is ErrorKind.PACKAGE:
            return _package_absent(report, outlines_of(files))
    except ProtocolError as error:
        return Denied(str(error))
    return _error_of(report, outlines_of(files), request)


def isolated_error(probe: str, claim: object) -> StudentError | CourseError:
    """Return the error that a worker without student code describes.

    Such a worker has no reason to lie, and its probe may fail only by a mistake of the grader's.
    """
    try:
        report = decode_error(claim)
    except ProtocolError as error:
        return Denied(str(error))
    evidence = _evidence_of(report)
    if report.kind is ErrorKind.MEMORY:
        return MemoryExceeded(evidence)
    return CourseError(f"{probe}: {evidence}")


def _error_of(
    report: ErrorReport, outlines: Mapping[str, Outline], request: Request | None
) -> StudentError | CourseError:
    evidence = _evidence_of(report)
    where = _shown_frames(report, outlines)
    outline, names = outline_in(outlines, where), names_in(request)
    match report.kind:
        case ErrorKind.PROBE:
            return CourseError(f"probes: {evidence}")
        case ErrorKind.MEMORY:
            return MemoryExceeded(evidence, where=where)
        case ErrorKind.TIMEOUT if request is None:  # only a statement is stopped from within
            cause = of_timeout(TimeLimit.IMPORT, where, outline)
            return TimeExceeded(evidence, limit=TimeLimit.IMPORT, where=where, cause=cause)
        case ErrorKind.UNWRITTEN if of_unwritten(report.message, where, outline):
            return Absent(evidence, reason=AbsentReason.BODY, where=where)
        case ErrorKind.NOTHING:
            return Absent(evidence, reason=AbsentReason.NOTHING)
        case ErrorKind.MISSING:
            name = report.subject if report.subject in _names_that_may_miss(request) else ""
            return Absent(evidence, name=name, where=where, cause=of_missing(name, outline))
        case ErrorKind.UNSENDABLE if report.type_name == "WireError":
            value_type, reason = of_unreadable(report.message, outline, names)
            return Unreadable(evidence, value_type=value_type, where=where, cause=reason)
    exception_type = _shown_type(report.type_name, outlines)
    is_import = request is None or isinstance(request, LoadRequest)
    raised = cause_of(exception_type, report.message, where, outline, names, is_import=is_import)
    return CodeRaised(evidence, exception_type=exception_type, where=where, cause=raised)


def _package_absent(report: ErrorReport, outlines: Mapping[str, Outline]) -> PackageAbsent:
    """Return the error for the use of a package that is not there.

    The student is told its name where an import statement of the file holds it.
    """
    package = report.subject
    parts = {part for part in package.split(".") if part}
    words: set[str] = set()
    for outline in outlines.values():
        words |= _import_words(outline)
    lacks_name = report.type_name == "ImportError"
    shown = package if parts and parts <= words else ""
    return PackageAbsent(
        _evidence_of(report),
        exception_type="ImportError" if lacks_name else "ModuleNotFoundError",
        package=shown,
        imported=_first_import(shown, outlines),
        where=_shown_frames(report, outlines),
        cause=of_package(package, is_lacking=lacks_name, is_hidden=report.is_hidden),
    )


def _first_import(package: str, outlines: Mapping[str, Outline]) -> Frame | None:
    """Return the first line that imports a package, by what the file says and no report."""
    top = package.partition(".")[0]
    for outline in outlines.values():
        for line in outline.lines:
            statement = IMPORT_STATEMENT.search(line.text) if top else None
            if statement and top in re.findall(r"\w+", statement[0]):
                return outline.frame(line)
    return None


@functools.lru_cache(maxsize=8)
def _import_words(outline: Outline) -> frozenset[str]:
    """Return the words of the import statements of a file."""
    words: set[str] = set()
    for line in outline.lines:
        statement = IMPORT_STATEMENT.search(line.text)
        if statement:
            words.update(re.findall(r"\w+", statement[0]))
    return frozenset(words)


def remark_places(
    remarks: Mapping[Remark, CodeLine], files: Mapping[str, bytes]
) -> dict[str, Frame]:
    """Return the lines at which code asked for what was done otherwise, by what it was."""
    outlines = outlines_of(files)
    places: dict[str, Frame] = {}
    for remark, line in remarks.items():
        place = _shown_frame(line, outlines)
        if place is not None:
            places[remark.value] = place
    return places


def outlines_of(files: Mapping[str, bytes]) -> dict[str, Outline]:
    """Return the outline of each file of code."""
    code = {name: content for name, content in files.items() if name.endswith(CODE_SUFFIXES)}
    return {name: outline_of(name, content) for name, content in code.items()}


def _evidence_of(report: ErrorReport) -> str:
    return f"{printable(report.type_name)}: {report.message}"


def _shown_type(type_name: str, outlines: Mapping[str, Outline]) -> str:
    """Return the name of an exception's class where it was known before the code was executed."""
    if type_name in KNOWN_EXCEPTIONS:
        return type_name
    is_declared = any(type_name in outline.classes for outline in outlines.values())
    return type_name if is_declared else "Exception"


def _shown_frames(report: ErrorReport, outlines: Mapping[str, Outline]) -> tuple[Frame, ...]:
    frames = [_shown_frame(line, outlines) for line in report.frames]
    return tuple(frame for frame in frames if frame is not None)


def _shown_frame(line: CodeLine, outlines: Mapping[str, Outline]) -> Frame | None:
    """Return a line that may be shown; None where the file has no such line.

    The name of its function is left out where no function of that name has this line.
    """
    outline = outlines.get(line.file)
    shown = outline.line(line.cell, line.line) if outline is not None else None
    if outline is None or shown is None:
        return None
    around = (each for each in outline.definitions if each.name == line.function)
    is_declared = any(shown is each.line or shown in each.body for each in around)
    function = line.function if is_declared or line.function in _SCOPES else ""
    return Frame(file=line.file, cell=line.cell, line=line.line, function=function)


def _names_that_may_miss(request: Request | None) -> set[str]:
    """Return the names that a request may look up in the module; of a probe, any in its source."""
    if isinstance(request, CallRequest):
        return {request.name}
    if not isinstance(request, RunRequest):
        return set()
    words = set(re.findall(r"\w+", request.source))
    return words | {text for text in _texts_in(_arguments_of(request)) if text.isidentifier()}


def names_in(request: Request | None) -> tuple[str, ...]:
    """Return the names that a request is about.

    These are a called function, or the arguments of a probe and the names that the probe looks up.
    """
    if isinstance(request, CallRequest):
        return (request.name,)
    if not isinstance(request, RunRequest):
        return ()
    head = rf"^def {re.escape(request.name)}\b.*?(?=^\S|\Z)"
    definition = re.search(head, request.source, re.MULTILINE | re.DOTALL)
    looked_up = re.findall(r"\bstudent\.(\w+)", definition[0]) if definition else []
    given = [text for text in _texts_in(_arguments_of(request)) if text.isidentifier()]
    return (*given, *looked_up)


def _arguments_of(request: RunRequest) -> list[object]:
    return [request.args, dict(request.kwargs)]


def _texts_in(value: object) -> Iterator[str]:
    """Yield the texts in the arguments of a probe."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from _texts_in(entry)
    elif isinstance(value, dict):
        for entry in (*value, *value.values()):
            yield from _texts_in(entry)
