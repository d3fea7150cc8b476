"""Requests of the judge to a worker (both sides): load a file, call a function, run a probe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Stop: TypeAlias = tuple[int, int]  # a cell, 0 in a .py file, and a line of it
# What `wire` carries: None, bool, int, float, str, bytes, list, tuple, dict and tensor, nested.
# Graders and probes know the type of a value, so that it is not narrowed here.
PlainData: TypeAlias = Any
Message: TypeAlias = dict[str, PlainData]  # one request or answer, as the wire carries it


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRequest:
    """Execute the student's file as a module."""

    module: str
    file: str  # its name; the suffix tells a notebook from a .py file
    content: bytes
    seconds: float | None = None  # for all its statements together; None: no limit
    stops: tuple[Stop, ...] = ()  # statements that took too long before: they only define
    wanted: tuple[str, ...] = ()  # names of which the file has to define one
    seed: int | None = None  # the worker's own holds while it loads


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRequest:
    """Call one of the student's functions."""

    name: str
    args: tuple[PlainData, ...] = ()
    kwargs: Mapping[str, PlainData]
    seed: int | None = None  # of its random numbers; None: they go on


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """Run a probe beside the student's objects."""

    source: str  # of the module that holds the probe
    name: str  # of the probe
    args: tuple[PlainData, ...] = ()
    kwargs: Mapping[str, PlainData]
    seed: int | None = None  # of its random numbers; None: they go on


Request: TypeAlias = LoadRequest | CallRequest | RunRequest


def encode_request(request: Request, request_id: int) -> Message:
    """Return a request as plain data."""
    if isinstance(request, LoadRequest):
        return {
            "id": request_id,
            "do": "load",
            "module": request.module,
            "file": request.file,
            "content": request.content,
            "seconds": request.seconds,
            "stops": [list(stop) for stop in request.stops],
            "wanted": list(request.wanted),
        }
    given = {
        "name": request.name,
        "args": list(request.args),
        "kwargs": dict(request.kwargs),
        "seed": request.seed,
    }
    if isinstance(request, CallRequest):
        return {"id": request_id, "do": "call", **given}
    return {"id": request_id, "do": "run", "source": request.source, **given}


def decode_request(message: Message) -> tuple[int, Request]:
    """Return the id and the request that the judge sent."""
    if message["do"] == "load":
        return message["id"], LoadRequest(
            module=message["module"],
            file=message["file"],
            content=message["content"],
            seconds=message["seconds"],
            stops=tuple((cell, line) for cell, line in message["stops"]),
            wanted=tuple(message["wanted"]),
        )
    given = {
        "name": message["name"],
        "args": tuple(message["args"]),
        "kwargs": message["kwargs"],
        "seed": message["seed"],
    }
    if message["do"] == "call":
        return message["id"], CallRequest(**given)
    return message["id"], RunRequest(source=message["source"], **given)
