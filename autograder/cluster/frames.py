"""Frames between head and node: a JSON header and raw parts, so that nothing is ever unpickled."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PREFIX = struct.Struct("<IQ")  # bytes of the header, bytes of all parts
MAX_HEADER_BYTES = 64 << 20
MAX_PARTS_BYTES = 8 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One message."""

    header: Mapping[str, Any]
    parts: Sequence[bytes] = ()


class FrameError(ValueError):
    """Raised where bytes are no frame."""


def packed(frame: Frame) -> bytes:
    """Return the bytes of a frame."""
    header = json.dumps({**frame.header, "parts": [len(part) for part in frame.parts]}).encode()
    body = b"".join(frame.parts)
    return PREFIX.pack(len(header), len(body)) + header + body


def unpacked(content: bytes) -> Frame:
    """Return the frame of its bytes."""
    if len(content) < PREFIX.size:
        raise FrameError("too short for a frame")
    view = memoryview(content)
    header, body = sizes_in(content[: PREFIX.size])
    if len(content) != PREFIX.size + header + body:
        raise FrameError("a frame of another length than it states")
    return _frame(view[PREFIX.size : PREFIX.size + header], view[PREFIX.size + header :])


def header_in(content: bytes) -> dict[str, Any]:
    """Return the header of a frame's bytes, without its parts; FrameError where there is none."""
    try:
        size, _ = sizes_in(content[: PREFIX.size])
        fields: dict[str, Any] = json.loads(content[PREFIX.size : PREFIX.size + size])
    except (ValueError, struct.error) as error:
        raise FrameError(f"a damaged header: {error}") from None
    return fields


def sizes_in(prefix: bytes) -> tuple[int, int]:
    """Return the bytes of a frame's header and of its parts; FrameError where they are too many."""
    header, body = PREFIX.unpack(prefix)
    if header > MAX_HEADER_BYTES or body > MAX_PARTS_BYTES:
        raise FrameError("a frame that is too large")
    return header, body


def read_frame(read: Callable[[int], bytes]) -> bytes:
    """Return the bytes of the next frame; `read` returns exactly so many bytes as it is asked for.

    EOFError, from `read`, where there is none.
    """
    prefix = read(PREFIX.size)
    return prefix + read(sum(sizes_in(prefix)))


def _frame(header: memoryview, body: memoryview) -> Frame:
    try:
        fields = json.loads(bytes(header))
        sizes = [int(size) for size in fields.pop("parts")]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FrameError(f"a damaged header: {error}") from None
    if sum(sizes) != len(body) or min(sizes, default=0) < 0:
        raise FrameError("parts of other lengths than the header states")
    parts, start = [], 0
    for size in sizes:
        parts.append(bytes(body[start : start + size]))
        start += size
    return Frame(header=fields, parts=parts)
