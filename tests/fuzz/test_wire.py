"""Frames of any bytes: a plain value or the one error of the wire, within time and memory."""

from __future__ import annotations

import json
import struct
from typing import Any

import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox import wire
from autograder.sandbox.wire import Caps, WireError
from tests.fuzz.mutation import examples, limited, mutated

SMALL = Caps(header=4000, body=4000, blobs=8, depth=6, nodes=200, entries=20)
PLAIN = [
    {
        "id": 1,
        "value": [torch.arange(6.0).reshape(2, 3), torch.tensor([True, False]), (1, "é", None)],
    },
    {"error": {"kind": "ValueError", "message": "x" * 50, "where": [["a.py", 1, "f"]]}},
    {float("nan"): b"bytes", 2**70: -0.0, "nested": [[[[[]]]]]},
]
SEEDS = [b"".join(wire.frame(value)) for value in PLAIN]
TOKENS = [
    b'{"tuple":[',
    b'{"dict":[[',
    b'{"tensor":["float32",[2],0]}',
    b'{"float":"nan"}',
    b"[",
    b"1e999",
    b"NaN",
    b"9",
]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
DTYPES_BY_NAME = st.sampled_from([*wire.DTYPES_BY_NAME, "object", "quint8", ""])
SHAPES = st.lists(st.integers(-1, 5) | st.just(2**62) | SCALARS, max_size=20)
TAGS = st.sampled_from(("tuple", "dict", "float", "bytes", "tensor", "list", ""))


def tagged(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Encoded values, nearly right."""
    tensors = st.tuples(DTYPES_BY_NAME, SHAPES, st.integers(-1, 5)).map(list)
    content = (
        inner
        | tensors
        | st.lists(st.tuples(inner, inner).map(list), max_size=4)
        | st.integers(-1, 5)
    )
    return st.lists(inner, max_size=4) | st.dictionaries(TAGS, content, max_size=2)


ENCODED = st.recursive(SCALARS, tagged, max_leaves=20)


def outcome(data: bytes, caps: Caps) -> Any:
    """The value of a frame, which must be able to cross again; the error where there is none."""
    with limited():
        try:
            value = wire.read(data, caps)
        except WireError as error:
            return error
        wire.copy(value)
        return value


@examples()
@given(st.binary(max_size=300) | mutated(SEEDS, TOKENS))
def test_any_bytes(data: bytes) -> None:
    """Random bytes, and true frames with some bytes changed, give a value or WireError."""
    outcome(data, SMALL)
    outcome(data, wire.DEFAULT_CAPS)


@examples()
@given(ENCODED, st.lists(st.integers(-1, 40) | SCALARS, max_size=5), st.binary(max_size=100))
def test_any_header(encoded: Any, sizes: list[Any], blobs: bytes) -> None:
    """Headers that are nearly right give a value or WireError."""
    header = json.dumps({"blobs": sizes, "value": encoded}).encode()
    outcome(struct.pack("<I", len(header)) + header + blobs, SMALL)
