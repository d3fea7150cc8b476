"""Frames between judge and worker (both sides): a length, a JSON header, raw blobs; never a pickle.

    frame  = length of the header (4 bytes, little endian) | header (JSON) | blobs
    header = {"blobs": [bytes of each blob, ...], "value": encoded value}

A value is None, bool, int, float, str, bytes, list, tuple, dict or a plain tensor. JSON's own types
stand for themselves; everything else is an object with one key: {"tuple": [...]}, {"dict": [[key,
value], ...]}, {"float": "nan"}, {"bytes": blob}, {"tensor": [dtype, shape, blob]}. Each blob is
used once, or a small frame could ask for endless memory. Both sides count before they allocate.
"""

from __future__ import annotations

import ctypes
import itertools
import json
import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

DTYPES_BY_NAME = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        *(torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64),
        *(torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool),
    )
}
DTYPE_NAMES = {dtype: name for name, dtype in DTYPES_BY_NAME.items()}
SCALAR_TYPES = (type(None), bool, int, str)


class WireError(Exception):
    """Raised when a frame or a value breaks the rules above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The limits of one frame."""

    header: int = 4 << 20  # bytes
    body: int = 64 << 20  # bytes of all blobs
    blobs: int = 4096
    depth: int = 16  # of nested containers
    nodes: int = 100_000  # values, nested ones included
    entries: int = 4096  # total dict entries; limits hash-collision attacks (quadratic inserts)


DEFAULT_CAPS = Caps()
JOINED_BYTES = 1 << 16  # of a small frame, which is written and read as one piece
QUESTION_CAPS = Caps(body=1 << 30)  # of the judge's own frames: a checkpoint, a batch of images


def frame(value: Any, caps: Caps = DEFAULT_CAPS) -> list[bytes]:
    """Return the parts of the frame that holds `value`, to be written one after the other.

    Raise WireError where the value is not plain data, or too large.
    """
    blobs: list[bytes] = []
    encoded = _Encoder(blobs, caps).encode(value, 0)
    if len(blobs) > caps.blobs or sum(map(len, blobs)) > caps.body:
        raise WireError(f"the value is too large: at most {caps.blobs} tensors, {caps.body} bytes")
    try:
        header = json.dumps(
            {"blobs": [len(b) for b in blobs], "value": encoded}, separators=(",", ":")
        ).encode()
    except ValueError as error:
        raise WireError("an int with too many digits") from error
    if len(header) > caps.header:
        raise WireError(
            f"the value is too large: its text has {len(header)} bytes, at most {caps.header}"
        )
    parts = [struct.pack("<I", len(header)) + header, *blobs]
    return [b"".join(parts)] if sum(map(len, parts)) <= JOINED_BYTES else parts


def read_frame(read: Callable[[int], bytearray], caps: Caps = DEFAULT_CAPS) -> Any:
    """Return the value of the next frame; `read(n)` has to return exactly n bytes or to raise.

    Raise WireError where the frame breaks the rules.
    """
    (length,) = struct.unpack("<I", read(4))
    if length > caps.header:
        raise WireError(f"a header of {length} bytes, at most {caps.header}")
    try:
        header = json.loads(read(length).decode())
    except (ValueError, RecursionError) as error:
        raise WireError("the header is not JSON") from error
    sizes = header.get("blobs") if type(header) is dict else None
    if type(sizes) is not list or "value" not in header or len(header) != 2:
        raise WireError("the header has not the two keys 'blobs' and 'value'")
    if (
        len(sizes) > caps.blobs
        or any(type(n) is not int or n < 0 for n in sizes)
        or sum(sizes) > caps.body
    ):
        raise WireError("too many or too large blobs")
    blobs = _read_blobs(read, sizes)
    return _Decoder(blobs, caps).decode(header["value"], 0)


def _read_blobs(read: Callable[[int], bytearray], sizes: Sequence[int]) -> list[bytearray]:
    """Read the blobs of a frame; small ones at once, for each read is a system call."""
    total = sum(sizes)
    if total > JOINED_BYTES:
        return [read(n) for n in sizes]
    body = read(total) if total else bytearray()
    ends = list(itertools.accumulate(sizes))
    return [body[end - n : end] for n, end in zip(sizes, ends, strict=True)]


def read(data: bytes, caps: Caps = DEFAULT_CAPS) -> Any:
    """Return the value of the one frame in `data`; WireError where it holds less or more."""
    view, position = memoryview(data), 0

    def take(n: int) -> bytearray:
        nonlocal position
        position += n
        if position > len(view):
            raise WireError("the frame is cut short")
        return bytearray(view[position - n : position])

    value = read_frame(take, caps)
    if position != len(view):
        raise WireError(f"{len(view) - position} bytes follow the frame")
    return value


def copy(value: Any, caps: Caps = DEFAULT_CAPS) -> Any:
    """Return `value` as the other side would see it; for code that runs in the judge's process."""
    return read(b"".join(frame(value, caps)), caps)


class _Counter:
    """A counter of values and depth that raises WireError beyond the caps."""

    def __init__(self, blobs: Sequence[bytes | bytearray], caps: Caps) -> None:
        self.blobs = blobs
        self.caps = caps
        self.nodes = 0
        self.entries = 0

    def count(self, depth: int) -> None:
        self.nodes += 1
        if self.nodes > self.caps.nodes or depth > self.caps.depth:
            raise WireError(
                f"more than {self.caps.nodes} values or {self.caps.depth} levels of nesting"
            )

    def count_entries(self, number: int) -> None:
        self.entries += number
        if self.entries > self.caps.entries:
            raise WireError(f"dicts of more than {self.caps.entries} entries together")


class _Encoder(_Counter):
    """An encoder of one value to JSON's types and `blobs`."""

    blobs: list[bytes]

    def encode(self, value: Any, depth: int) -> Any:
        self.count(depth)
        kind = type(value)  # exact: a subclass could lie about everything else
        if kind in SCALAR_TYPES:
            return value
        if kind is float:
            return value if math.isfinite(value) else {"float": repr(value)}
        if kind is list:
            return [self.encode(v, depth + 1) for v in value]
        if kind is tuple:
            return {"tuple": [self.encode(v, depth + 1) for v in value]}
        if kind is dict:
            self.count_entries(len(value))
            pairs = [
                [self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in value.items()
            ]
            return {"dict": pairs}
        if kind is bytes:
            return {"bytes": self.add(value)}
        if kind in (torch.Tensor, torch.nn.Parameter):
            return {"tensor": self.tensor(value)}
        raise WireError(f"a {kind.__module__}.{kind.__qualname__} is not plain data"[:200])

    def add(self, blob: bytes) -> int:
        self.blobs.append(blob)
        return len(self.blobs) - 1

    def tensor(self, value: torch.Tensor) -> list[Any]:
        tensor = value.detach()
        if (
            tensor.dtype not in DTYPE_NAMES
            or tensor.layout != torch.strided
            or tensor.device.type != "cpu"
        ):
            raise WireError(
                f"a tensor of {tensor.dtype}, {tensor.layout} on {tensor.device} may not cross"
            )
        if tensor.numel() * tensor.element_size() > self.caps.body:
            raise WireError(f"a tensor of shape {list(tensor.shape)[:8]} is too large")
        flat = tensor.resolve_conj().resolve_neg().contiguous()
        blob = (
            ctypes.string_at(flat.data_ptr(), flat.numel() * flat.element_size())
            if flat.numel()
            else b""
        )
        return [DTYPE_NAMES[flat.dtype], list(flat.shape), self.add(blob)]


class _Decoder(_Counter):
    """A decoder of JSON's types and the blobs to one value."""

    blobs: Sequence[bytearray]

    def __init__(self, blobs: Sequence[bytearray], caps: Caps) -> None:
        super().__init__(blobs, caps)
        self.used: set[int] = set()

    def decode(self, value: Any, depth: int) -> Any:
        self.count(depth)
        if type(value) in (*SCALAR_TYPES, float):
            return value
        if type(value) is list:
            return [self.decode(v, depth + 1) for v in value]
        if type(value) is not dict or len(value) != 1:
            raise WireError("an object that is no tuple, dict, float, bytes or tensor")
        ((tag, content),) = value.items()
        readers: dict[str, Callable[[Any, int], Any]] = {
            "tuple": self.tuple,
            "dict": self.dict,
            "float": self.float,
            "bytes": self.bytes,
            "tensor": self.tensor,
        }
        try:
            return readers[tag](content, depth)
        except (TypeError, ValueError, IndexError, KeyError, RuntimeError) as error:
            raise WireError(f"a malformed {tag[:20]!a}") from error

    def tuple(self, content: list[Any], depth: int) -> Any:
        return tuple(self.decode(v, depth + 1) for v in content)

    def dict(self, content: list[list[Any]], depth: int) -> Any:
        self.count_entries(len(content))
        return {self.decode(k, depth + 1): self.decode(v, depth + 1) for k, v in content}

    def float(self, content: str, depth: int) -> Any:
        return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[content]

    def bytes(self, content: int, depth: int) -> Any:
        return bytes(self.blob(content))

    def tensor(self, content: list[Any], depth: int) -> torch.Tensor:
        name, shape, index = content
        dtype = DTYPES_BY_NAME[name]
        if len(shape) > 16 or any(
            type(n) is not int or not 0 <= n <= self.caps.body for n in shape
        ):
            raise WireError("a tensor with an impossible shape")
        blob = self.blob(index)
        if math.prod(shape) * dtype.itemsize != len(blob):
            raise WireError(f"a tensor of shape {shape} and {len(blob)} bytes")
        if not blob:
            return torch.empty(shape, dtype=dtype)
        # a byte that is no bool is undefined behaviour in torch
        if dtype is torch.bool and max(blob) > 1:
            raise WireError("a bool tensor with other bytes than 0 and 1")
        return torch.frombuffer(blob, dtype=dtype).reshape(shape)

    def blob(self, index: int) -> bytearray:
        if type(index) is not int or index < 0 or index in self.used:
            raise WireError("no such blob, or one that was used before")
        self.used.add(index)
        return self.blobs[index]
