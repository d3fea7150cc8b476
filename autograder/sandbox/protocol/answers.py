"""Answers of a worker to the judge (both sides): values, loaded files, errors and remarks.

Student code shares its process with the worker and may send anything in its place. So each
`decode_...` checks the type of every part, and raises ProtocolError where one is malformed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from autograder.sandbox.protocol.requests import Message, Stop

MAX_FRAMES = 12  # of a traceback that are reported, the innermost ones
MAX_BROKEN_STATEMENTS = 12  # of one file that are reported
MAX_MESSAGE_CHARS = 2000  # of an exception's message that are reported
MAX_NAME_CHARS = 100  # of a class, a function or a missing name that are reported
MAX_STOPS = 1000  # statements of one file that later workers skip


class ProtocolError(Exception):
    """Raised when a worker's answer is malformed; the message says which part."""


class NotGiven(Enum):
    """A part that an answer does not have; None is a value of its own."""

    NOT_GIVEN = "not given"


NOT_GIVEN = NotGiven.NOT_GIVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a worker answered to a request; its parts are claims, and not checked yet."""

    value: object = NOT_GIVEN
    error: object = NOT_GIVEN  # for `decode_error`
    remarks: object = None  # for `decode_remarks`


def encode_answer(answer: Answer, request_id: int) -> Message:
    """Return an answer as plain data."""
    message: Message = {"id": request_id}
    if answer.error is NOT_GIVEN:
        message["value"] = answer.value
    else:
        message["error"] = answer.error
    if answer.remarks:
        message["remarks"] = answer.remarks
    return message


def decode_answer(message: object, request_id: int) -> Answer:
    """Return the answer to the request of that id; its parts are not checked."""
    if type(message) is not dict or type(message.get("id")) is not int:
        raise ProtocolError("an answer to no question")
    if message["id"] != request_id:
        raise ProtocolError("an answer to no question")
    return Answer(
        value=message.get("value", NOT_GIVEN),
        error=message.get("error", NOT_GIVEN),
        remarks=message.get("remarks"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The value that answers a LoadRequest."""

    errors: tuple[object, ...] = ()  # what statements raised, each for `decode_error`
    stops: tuple[Stop, ...] = ()  # statements that ran out of time, or found none


def encode_loaded(loaded: Loaded) -> Message:
    """Return what became of a file as plain data."""
    message: Message = {"broken_cells": list(loaded.errors[:MAX_BROKEN_STATEMENTS])}
    if loaded.stops:
        message["stops"] = [list(stop) for stop in loaded.stops[:MAX_STOPS]]
    return message


def decode_loaded(value: object) -> Loaded:
    """Return what a worker says became of a file; malformed `stops` are left out."""
    errors = value.get("broken_cells", []) if type(value) is dict else None
    if type(value) is not dict or type(errors) is not list:
        raise ProtocolError("the answer to 'load' is malformed")
    return Loaded(
        errors=tuple(errors[:MAX_BROKEN_STATEMENTS]), stops=_decode_stops(value.get("stops", []))
    )


def _decode_stops(claim: object) -> tuple[Stop, ...]:
    """Return the statements that took too long, as a worker claims; malformed ones are left out."""
    if type(claim) is not list or len(claim) > MAX_STOPS:
        return ()
    stops: list[Stop] = []
    for stop in claim:
        if type(stop) is list and [type(part) for part in stop] == [int, int]:
            stops.append((stop[0], stop[1]))
    return tuple(stops)


# ---------------------------------------------------------------- errors of student code


class ErrorKind(StrEnum):
    """What an exception in a worker means."""

    RAISED = "raised"  # any other exception of student code
    MISSING = "missing"  # a name that was asked for is not in the module
    NOTHING = "nothing"  # the file defines none of the names that were asked for
    PACKAGE = "package"  # a package, or a name of one, that is not there
    UNWRITTEN = "unwritten"  # NotImplementedError
    TIMEOUT = "timeout"  # a statement was stopped, for the others to have time
    MEMORY = "memory"  # an allocation failed
    UNSENDABLE = "unsendable"  # the returned object is not plain data
    UNREADABLE = "unreadable"  # the file is not Python, or no notebook
    PROBE = "probe"  # a mistake in the instructor's own probe


class Remark(StrEnum):
    """What a worker does in another way than the student's code asks for."""

    TORCH_COMPILE = "torch_compile"
    LOADER_PROCESSES = "loader_processes"
    MIXED_PRECISION = "mixed_precision"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLine:
    """A line of student code, as a worker reports it."""

    file: str
    cell: int  # from 1; 0 in a .py file
    line: int  # in the cell
    function: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReport:
    """An exception of student code, as a worker describes it."""

    kind: ErrorKind
    type_name: str  # of the exception's class
    subject: str  # the missing name or package; else the name of the class
    message: str
    frames: tuple[CodeLine, ...]  # the student's own, the innermost last
    is_hidden: bool = False  # of a package: by the course; otherwise it is not installed


def encode_error(report: ErrorReport) -> Message:
    """Return the description of an exception as plain data, each part cut to its length."""
    message: Message = {
        "kind": report.kind.value,
        "type": report.type_name[:MAX_NAME_CHARS],
        "subject": report.subject[:MAX_NAME_CHARS],
        "message": report.message[:MAX_MESSAGE_CHARS],
        "frames": [_encode_line(frame) for frame in report.frames[-MAX_FRAMES:]],
    }
    if report.kind is ErrorKind.PACKAGE:
        message["hidden"] = report.is_hidden
    return message


def decode_error(claim: object) -> ErrorReport:
    """Return the exception that a worker describes; a kind that does not exist is RAISED."""
    if type(claim) is not dict:
        raise ProtocolError("a malformed description of an error")
    frames = claim.get("frames")
    if type(frames) is not list and type(frames) is not tuple:
        raise ProtocolError("a malformed description of an error")
    return ErrorReport(
        kind=_decode_kind(_text_of(claim, "kind")),
        type_name=_text_of(claim, "type"),
        subject=_text_of(claim, "subject"),
        message=_text_of(claim, "message")[:MAX_MESSAGE_CHARS],
        frames=tuple(_decode_line(frame) for frame in frames[-MAX_FRAMES:]),
        is_hidden=claim.get("hidden") is True,
    )


def encode_remarks(remarks: Mapping[Remark, CodeLine]) -> Message:
    """Return the places where code asked for what was done in another way, as plain data."""
    return {remark.value: _encode_line(place) for remark, place in remarks.items()}


def decode_remarks(claim: object) -> dict[Remark, CodeLine]:
    """Return the remarks of a worker; those that are malformed are left out."""
    found: dict[Remark, CodeLine] = {}
    if type(claim) is not dict:
        return found
    for remark in Remark:
        try:
            found[remark] = _decode_line(claim.get(remark.value))
        except ProtocolError:
            continue
    return found


def _encode_line(line: CodeLine) -> list[str | int]:
    return [line.file, line.cell, line.line, line.function[:MAX_NAME_CHARS]]


def _decode_line(claim: object) -> CodeLine:
    if type(claim) is not list and type(claim) is not tuple:
        raise ProtocolError("a malformed description of an error")
    if [type(part) for part in claim] != [str, int, int, str]:  # exact: a bool is no line
        raise ProtocolError("a malformed description of an error")
    file, cell, line, function = claim
    return CodeLine(file=file, cell=cell, line=line, function=function)


def _decode_kind(text: str) -> ErrorKind:
    return ErrorKind(text) if text in set(ErrorKind) else ErrorKind.RAISED


def _text_of(claim: Mapping[str, object], key: str) -> str:
    text = claim.get(key)
    if type(text) is not str:
        raise ProtocolError("a malformed description of an error")
    return text
