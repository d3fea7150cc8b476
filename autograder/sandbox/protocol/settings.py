"""Settings and states of the zygote and its workers (both sides), exchanged as JSON.

The judge and the zygote trust each other: their messages are decoded without checks. A worker's
state is sent before student code runs in it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TypeVar, cast

from autograder.sandbox.protocol.requests import Message

MAX_CONTROL_BYTES = 65536  # of a message on the control and status sockets
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ZygoteConfig:
    """How a zygote is confined, and what it prepares before it forks."""

    level: str  # A, B or C
    hidden: tuple[str, ...] = ()  # installed packages that no worker may import
    warm: tuple[str, ...] = ()  # packages that are imported beforehand, where installed
    weights: str = ""  # folder of pretrained weights; empty: fingerprint weights only
    modules: tuple[str, ...] = ()  # of this package, that probes import: imported beforehand


@dataclass(frozen=True, slots=True, kw_only=True)
class ZygoteReady:
    """What a zygote says once it is confined and warm."""

    address_space: int  # bytes that a warm process already uses
    uid: int  # the identity of its workers, as the host sees it
    namespaces: bool  # whether workers have namespaces, and with them a private disk


class FailureKind(StrEnum):
    """Why a zygote could not start."""

    REFUSED = "refused"  # this machine does not confine it
    DAMAGED = "damaged"  # it cannot serve the pretrained weights


@dataclass(frozen=True, slots=True, kw_only=True)
class ZygoteFailed:
    """What a zygote says that could not start."""

    kind: FailureKind
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerConfig:
    """What one worker may use, and how it is set up."""

    address_space: int  # bytes
    cpu: int  # seconds of CPU time
    disk: int  # bytes of its private disk, and of a single file
    inodes: int  # files of its private disk
    open_files: int
    processes: int  # 1: it may not fork; more: so many processes and threads
    answer: int  # bytes of the tensors and byte strings of one answer
    own_user: bool  # whether no other process has its user: then tasks are counted exactly
    hidden: tuple[str, ...]  # packages that cannot be imported
    folder: str | None  # its work folder; None: its private disk
    seed: int
    threads: int  # of torch


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerReady:
    """What a worker says once it is confined: the layers of its confinement, in words."""

    layers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRefused:
    """What a worker says that could not be confined."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerEnd:
    """How a worker ended, as the zygote accounts for it."""

    signal: int  # that killed it; 0: it exited
    exit: int  # its exit status
    cpu: float  # seconds
    peak: int  # bytes of resident memory


def encode_config(config: ZygoteConfig | WorkerConfig | WorkerEnd) -> bytes:
    """Return a flat message between judge and zygote as JSON."""
    return json.dumps(asdict(config)).encode()


def decode_zygote_config(message: bytes) -> ZygoteConfig:
    """Return the configuration of a zygote."""
    return _from_json(ZygoteConfig, message)


def decode_worker_config(message: bytes) -> WorkerConfig:
    """Return the configuration of a worker."""
    return _from_json(WorkerConfig, message)


def decode_worker_end(message: bytes) -> WorkerEnd:
    """Return how a worker ended; ValueError or TypeError where the zygote ended meanwhile."""
    return _from_json(WorkerEnd, message)


def encode_zygote_state(state: ZygoteReady | ZygoteFailed) -> bytes:
    """Return what a zygote says at its start as JSON."""
    if isinstance(state, ZygoteFailed):
        return json.dumps({state.kind.value: state.message}).encode()
    return json.dumps(asdict(state)).encode()


def decode_zygote_state(message: bytes) -> ZygoteReady | ZygoteFailed:
    """Return what a zygote says at its start."""
    state = json.loads(message)
    for kind in FailureKind:
        if kind.value in state:
            return ZygoteFailed(kind=kind, message=state[kind.value])
    return ZygoteReady(**state)


def encode_worker_state(state: WorkerReady | WorkerRefused) -> Message:
    """Return what a worker says at its start as plain data."""
    if isinstance(state, WorkerRefused):
        return {"refused": state.message}
    return {"ready": list(state.layers)}


def decode_worker_state(message: object) -> WorkerReady | WorkerRefused:
    """Return what a worker says at its start; no student code has run in it yet."""
    state = cast(Message, message)
    if "refused" in state:
        return WorkerRefused(message=state["refused"])
    return WorkerReady(layers=tuple(state["ready"]))


def _from_json(kind: type[T], message: bytes) -> T:
    fields = json.loads(message)
    for name, value in fields.items():
        if isinstance(value, list):
            fields[name] = tuple(value)
    return kind(**fields)
