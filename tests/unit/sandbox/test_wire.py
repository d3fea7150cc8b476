"""What crosses between judge and worker; all else is refused with the one error of the wire."""

from __future__ import annotations

import json
import math
import pickle
import random
import struct
from collections.abc import Callable
from typing import Any

import pytest
import torch

from autograder.sandbox import wire
from autograder.sandbox.wire import Caps, WireError

SMALL = Caps(header=2000, body=64, blobs=3, depth=4, nodes=20, entries=5)


def packed(header: object, *blobs: bytes) -> bytes:
    """Return a frame with any header at all, and these blobs."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<I", len(text)) + text + b"".join(blobs)


def framed(value: object, *blobs: bytes) -> bytes:
    """Return a frame whose header is well formed around an encoded value that may not be."""
    return packed({"blobs": [len(b) for b in blobs], "value": value}, *blobs)


def same(a: Any, b: Any) -> bool:
    """Whether two values agree in type and content, NaN with NaN and tensors bit by bit."""
    if type(a) is not type(b):
        return False
    if isinstance(a, torch.Tensor):
        bits = [
            t.contiguous().view(torch.uint8) if t.dim() else t.reshape(1).view(torch.uint8)
            for t in (a, b)
        ]
        return a.dtype == b.dtype and a.shape == b.shape and torch.equal(*bits)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return same(list(a.items()), list(b.items()))
    return a == b or (isinstance(a, float) and math.isnan(a) and math.isnan(b))


# ------------------------------------------------------------------------------------------------
# what crosses

PLAIN = [
    None,
    True,
    0,
    -(2**70),
    1.5,
    -0.0,
    math.nan,
    math.inf,
    -math.inf,
    "",
    "ñ \x00 \u202e \ud800 😀",
    b"",
    b"\x00\xff",
    [],
    (),
    {},
    [1, [2, (3, {"x": None})]],
    {"a": 1, 2: "b", (3, 4): [5], None: 6.0, b"k": True},
    {"tuple": [1]},
    {"__class__": "os.system"},
]


@pytest.mark.parametrize("value", PLAIN, ids=ascii)
def test_plain_values_survive(value: object) -> None:
    """Every kind of plain value arrives with the type and the content that it left with."""
    assert same(wire.copy(value), value)


@pytest.mark.parametrize("dtype", wire.DTYPES_BY_NAME.values(), ids=str)
def test_every_listed_dtype_survives(dtype: torch.dtype) -> None:
    """A tensor of each listed dtype arrives bit by bit."""
    x = torch.arange(12).reshape(3, 4).remainder(2).to(dtype)
    assert same(wire.copy(x), x)


TENSORS: dict[str, Callable[[], torch.Tensor]] = {
    "0-d": lambda: torch.tensor(3.5),
    "empty": lambda: torch.empty(0, 3, 0),
    "transposed": lambda: torch.arange(6.0).reshape(2, 3).t(),
    "expanded": lambda: torch.ones(1, 3).expand(2, 3),
    "sliced": lambda: torch.arange(10)[1::3],
    "conjugate": lambda: torch.tensor([1 + 2j]).conj(),
    "negative view": lambda: torch.tensor([1 + 2j, 3 - 4j]).conj().imag,
    "not finite": lambda: torch.tensor([math.nan, math.inf, -math.inf, -0.0]),
    "subnormal": lambda: torch.tensor([1e-45, 65504.0], dtype=torch.float32),
    "bfloat16 with NaN": lambda: torch.tensor([1.0, math.nan], dtype=torch.bfloat16),
    "bool": lambda: torch.tensor([[True, False], [False, True]]),
}


@pytest.mark.parametrize("name", TENSORS)
def test_tensors_survive(name: str) -> None:
    """A tensor arrives with its shape, dtype and bits, whatever its strides were."""
    x = TENSORS[name]()
    assert same(wire.copy(x), x.resolve_conj().resolve_neg().contiguous())


def test_a_parameter_arrives_as_a_plain_tensor() -> None:
    """A parameter, or any tensor of a graph, arrives detached and shares no memory."""
    weight = torch.nn.Parameter(torch.ones(2))
    arrived = wire.copy({"w": weight, "y": weight * 2})
    assert type(arrived["w"]) is torch.Tensor
    assert not arrived["w"].requires_grad
    assert arrived["y"].grad_fn is None
    arrived["w"].zero_()
    assert weight.tolist() == [1, 1]


def test_an_arrived_tensor_may_be_written_to() -> None:
    """An arrived tensor owns writable memory, so a grader may work in place."""
    arrived = wire.copy(torch.zeros(3))
    assert arrived.add_(1).tolist() == [1, 1, 1]


# ------------------------------------------------------------------------------------------ what
# may not leave


class Loud(torch.Tensor):
    """A tensor that could lie about everything."""


class Text(str):
    """A str that could lie about everything."""


REFUSED: dict[str, Callable[[], object]] = {
    "object": object,
    "function": lambda: len,
    "module": lambda: torch.nn.ReLU(),
    "set": lambda: {1},
    "complex": lambda: 1j,
    "bytearray": lambda: bytearray(b"x"),
    "tensor subclass": lambda: torch.ones(2).as_subclass(Loud),
    "str subclass": lambda: Text("x"),
    "object as key": lambda: {object(): 1},
    "sparse tensor": lambda: torch.eye(2).to_sparse(),
    "meta tensor": lambda: torch.ones(2, device="meta"),
    "unlisted dtype": lambda: torch.ones(2, dtype=torch.complex128),
    "int of 5,000 digits": lambda: 10**5000,
    "huge expanded tensor": lambda: torch.zeros(1).expand(1 << 40),
    "100,001 values": lambda: [0] * 100_001,
    "string above the header's cap": lambda: "x" * (4 << 20),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_plain_data_does_not_leave(name: str) -> None:
    """A value that is not plain data, or too large, is refused before it is sent."""
    with pytest.raises(WireError):
        wire.frame(REFUSED[name]())


def test_a_list_that_contains_itself_does_not_leave() -> None:
    """Endless nesting is refused, not followed."""
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(WireError, match="levels of nesting"):
        wire.frame(loop)


BEYOND_SMALL: dict[str, object] = {
    "header": "x" * 2001,
    "body": b"x" * 65,
    "body in sum": [b"x" * 33, b"x" * 33],
    "one tensor": torch.zeros(17),
    "blobs": [b"", b"", b"", b""],
    "depth": [[[[[[]]]]]],
    "nodes": [0] * 21,
    "entries": dict.fromkeys(range(6)),
}


@pytest.mark.parametrize("name", BEYOND_SMALL)
def test_caps_hold_on_both_sides(name: str) -> None:
    """What is beyond a cap neither leaves under that cap nor arrives under it."""
    with pytest.raises(WireError):
        wire.frame(BEYOND_SMALL[name], SMALL)
    sent = b"".join(wire.frame(BEYOND_SMALL[name]))
    with pytest.raises(WireError):
        wire.read(sent, SMALL)


def test_caps_are_inclusive() -> None:
    """What reaches every cap exactly still crosses."""
    value = [b"x" * 60, b"x" * 4, [[[0] * 13]], b""]
    assert wire.copy(value, SMALL) == value


# ----------------------------------------------------------------------------------------- what may
# not arrive

DEEP = b'{"blobs": [], "value": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
T = "tensor"
MALFORMED: dict[str, bytes] = {
    "nothing": b"",
    "half a length": b"\x05\x00",
    "no header": struct.pack("<I", 5),
    "half a header": packed({"blobs": [], "value": 1})[:-1],
    "half a blob": framed({"bytes": 0}, b"abc")[:-1],
    "a byte too many": framed(1) + b"x",
    "4 GiB of header": struct.pack("<I", 0xFFFFFFFF) + b"{}",
    "negative length": struct.pack("<i", -1),
    "pickle as a frame": pickle.dumps({"blobs": [], "value": 1}),
    "pickle as a header": packed(pickle.dumps({"blobs": [], "value": 1})),
    "not UTF-8": packed(b'{"blobs": [], "value": "\xff"}'),
    "UTF-16": packed('{"blobs": [], "value": 1}'.encode("utf-16")),
    "not JSON": packed(b"{blobs: []}"),
    "two documents": packed(b'{"blobs": [], "value": 1} {}'),
    "empty header": packed(b""),
    "deep JSON": packed(DEEP),
    "int of 5,000 digits": packed(b'{"blobs": [], "value": ' + b"9" * 5000 + b"}"),
    "header is a list": packed([[], 1]),
    "header is null": packed(None),
    "no value": packed({"blobs": []}),
    "no blobs": packed({"value": 1}),
    "a third key": packed({"blobs": [], "value": 1, "__class__": "x"}),
    "blobs is a dict": packed({"blobs": {}, "value": 1}),
    "blobs is a number": packed({"blobs": 3, "value": 1}),
    "negative blob size": packed({"blobs": [-1, 1], "value": 1}),
    "blob size is a float": packed({"blobs": [1.0], "value": 1}, b"x"),
    "blob size is true": packed({"blobs": [True], "value": 1}, b"x"),
    "blob of an exabyte": packed({"blobs": [1 << 60], "value": 1}),
    "65 MiB in two blobs": packed({"blobs": [1 << 25, (1 << 25) + 1], "value": 1}),
    "4,097 blobs": packed({"blobs": [0] * 4097, "value": 1}),
    "100,001 values": framed([0] * 100_001),
    "18 levels": framed(json.loads("[" * 18 + "]" * 18)),
    "4,097 entries": framed({"dict": [[i, 0] for i in range(4097)]}),
    "4,097 entries of two dicts": framed(
        [{"dict": [[i, 0] for i in range(n)]} for n in (4000, 97)]
    ),
    "unknown tag": framed({"set": [1]}),
    "__class__ tag": framed({"__class__": ["os", "system"]}),
    "__reduce__ tag": framed({"__reduce__": ["os.system", ["true"]]}),
    "py/object tag": framed({"py/object": "os.system"}),
    "a method's name as tag": framed({"decode": 1}),
    "an attribute's name as tag": framed({"caps": 1}),
    "object without a tag": framed({}),
    "object with two tags": framed({"tuple": [], "dict": []}),
    "tag nested": framed([[{"tuple": [{"eval": "1"}]}]]),
    "tuple of null": framed({"tuple": None}),
    "tuple of an int": framed({"tuple": 3}),
    "dict of an int": framed({"dict": 3}),
    "dict of numbers": framed({"dict": [1, 2]}),
    "dict of triples": framed({"dict": [[1, 2, 3]]}),
    "dict of singles": framed({"dict": [[1]]}),
    "list as key": framed({"dict": [[[1], 2]]}),
    "dict as key": framed({"dict": [[{"dict": []}, 2]]}),
    "float in words": framed({"float": "1e5"}),
    "float is a list": framed({"float": ["nan"]}),
    "bytes are text": framed({"bytes": "abc"}),
    "blob -1": framed({"bytes": -1}, b"abc"),
    "blob 1 of 1": framed({"bytes": 1}, b"abc"),
    "blob 10**30": framed({"bytes": 10**30}, b"abc"),
    "blob 0.0": framed({"bytes": 0.0}, b"abc"),
    "blob false": framed({"bytes": False}, b"abc"),
    "blob [0]": framed({"bytes": [0]}, b"abc"),
    "blob used twice": framed([{"bytes": 0}, {"bytes": 0}], b"abc"),
    "tensor is null": framed({T: None}),
    "tensor of two parts": framed({T: ["int8", [1]]}),
    "tensor of four parts": framed({T: ["int8", [1], 0, 0]}, b"x"),
    "dtype unknown": framed({T: ["object", [1], 0]}, b"x" * 8),
    "dtype quantised": framed({T: ["qint8", [1], 0]}, b"x"),
    "dtype is a list": framed({T: [["int8"], [1], 0]}, b"x"),
    "dtype with its module": framed({T: ["torch.int8", [1], 0]}, b"x"),
    "shape is null": framed({T: ["int8", None, 0]}, b"x"),
    "shape is an int": framed({T: ["int8", 1, 0]}, b"x"),
    "shape is text": framed({T: ["int8", "1", 0]}, b"x"),
    "shape with a float": framed({T: ["int8", [1.0], 0]}, b"x"),
    "shape with true": framed({T: ["int8", [True], 0]}, b"x"),
    "shape with -1": framed({T: ["int8", [-1], 0]}, b"x"),
    "shape -1 by -1": framed({T: ["int8", [-1, -1], 0]}, b"x"),
    "shape of 10**30": framed({T: ["int8", [10**30], 0]}, b"x"),
    "shape overflows to one": framed({T: ["int8", [1 << 26] * 3, 0]}, b"x"),
    "17 dimensions": framed({T: ["int8", [1] * 17, 0]}, b"x"),
    "empty, strides overflow": framed({T: ["int8", [0, *[1 << 26] * 4], 0]}, b""),
    "a byte missing": framed({T: ["float32", [2], 0]}, b"x" * 7),
    "a byte over": framed({T: ["float32", [2], 0]}, b"x" * 9),
    "no bytes": framed({T: ["float32", [2], 0]}, b""),
    "bytes for no elements": framed({T: ["float32", [0], 0]}, b"xxxx"),
    "no blob": framed({T: ["float32", [0], 0]}),
    "bool byte 2": framed({T: ["bool", [3], 0]}, b"\x00\x01\x02"),
    "bool byte 255": framed({T: ["bool", [], 0]}, b"\xff"),
    "two tensors in one blob": framed([{T: ["int8", [1], 0]}, {T: ["int8", [1], 0]}], b"x"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_frames_are_refused(name: str) -> None:
    """A frame that breaks a rule is a WireError and never another exception."""
    with pytest.raises(WireError):
        wire.read(MALFORMED[name])


def test_the_length_is_held_against_the_cap_before_anything_is_read() -> None:
    """A header of four gigabytes is refused before a byte of it is asked for."""
    asked: list[int] = []

    def read(n: int) -> bytearray:
        asked.append(n)
        return bytearray(struct.pack("<I", 0xFFFFFFFF))

    with pytest.raises(WireError, match="at most"):
        wire.read_frame(read)
    assert asked == [4]


def test_sizes_are_held_against_the_cap_before_a_blob_is_read() -> None:
    """Blobs that are too large together are refused before the first of them is asked for."""
    data = memoryview(packed({"blobs": [1, 1 << 60], "value": 1}))
    asked: list[int] = []

    def read(n: int) -> bytearray:
        asked.append(n)
        return bytearray(data[sum(asked[:-1]) : sum(asked)])

    with pytest.raises(WireError, match="blobs"):
        wire.read_frame(read)
    assert asked == [4, len(data) - 4]


SEEDS: list[object] = [
    {
        "id": 7,
        "value": {"a": torch.arange(6.0).reshape(2, 3), "b": (1, None, True, b"xyz", math.nan)},
    },
    {"id": 8, "error": {"kind": "raised", "frames": [["f.py", 0, 3, "f"]], "message": "ñ"}},
    [
        torch.tensor([True, False]),
        torch.zeros(0, 2),
        torch.tensor(1, dtype=torch.bfloat16),
        {1: {2: {3: 4}}},
    ],
]


TELLING = [(b"float32", b"bool"), (b"tuple", b"dict"), (b"[", b"{"), (b"0", b"-1"), (b"3", b"99")]


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Return `data` with up to three bytes or pieces changed, cut, doubled or replaced."""
    frame = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        at, to = sorted((rng.randrange(len(frame) + 1), rng.randrange(len(frame) + 1)))
        kind = rng.randrange(6)
        if kind == 0 and at < len(frame):
            frame[at] = rng.randrange(256)
        elif kind == 1:
            del frame[at : min(to, at + rng.randint(1, 8))]
        elif kind == 2:
            frame[at:at] = frame[at : min(to, at + 40)]
        elif kind == 3:
            frame[at:at] = rng.choice(
                [b"0", b"-", b"[", b"]", b"{", b"}", b'"', b"null", b"1e999", b"\x00"]
            )
        elif kind == 4 and at < len(frame):
            frame[at] ^= 1 << rng.randrange(8)
        else:
            for old, new in TELLING:
                if rng.random() < 0.3:
                    frame = frame.replace(old, new, 1)
        if rng.random() < 0.5 and len(frame) >= 4:  # else most would end at the length
            end = frame.rfind(b"}") + 1
            frame[:4] = struct.pack("<I", max(0, end - 4))
    return bytes(frame)


def test_random_mutations_end_as_values_or_as_wire_errors() -> None:
    """Six thousand damaged frames are read or refused, and nothing else happens."""
    rng = random.Random(23)
    sound = [b"".join(wire.frame(value)) for value in SEEDS]
    ends = {"read": 0, "refused": 0}
    for number in range(6000):
        frame = mutated(sound[number % len(sound)], rng)
        try:
            value = wire.read(frame)
        except WireError:
            ends["refused"] += 1
        else:
            assert same(wire.copy(value), value), frame  # what was read is plain data
            ends["read"] += 1
    assert min(ends.values()) > 100, ends
