"""Messages between judge, zygote and worker: they survive the wire, hostile ones are refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from autograder.sandbox import wire
from autograder.sandbox.protocol import (
    MAX_BROKEN_STATEMENTS,
    MAX_FRAMES,
    MAX_MESSAGE_CHARS,
    MAX_NAME_CHARS,
    MAX_STOPS,
    NOT_GIVEN,
    Answer,
    CallRequest,
    CodeLine,
    ErrorKind,
    ErrorReport,
    FailureKind,
    Loaded,
    LoadRequest,
    ProtocolError,
    Remark,
    Request,
    RunRequest,
    WorkerConfig,
    WorkerEnd,
    WorkerReady,
    WorkerRefused,
    ZygoteConfig,
    ZygoteFailed,
    ZygoteReady,
    decode_answer,
    decode_error,
    decode_loaded,
    decode_remarks,
    decode_request,
    decode_worker_config,
    decode_worker_end,
    decode_worker_state,
    decode_zygote_config,
    decode_zygote_state,
    encode_answer,
    encode_config,
    encode_error,
    encode_loaded,
    encode_remarks,
    encode_request,
    encode_worker_state,
    encode_zygote_state,
)

LINE = CodeLine(file="f.py", cell=0, line=3, function="f")
REQUESTS: list[Request] = [
    LoadRequest(
        module="m", file="m.py", content=b"x = 1", seconds=2.5, stops=((0, 4),), wanted=("f",)
    ),
    LoadRequest(module="m", file="m.ipynb", content=b"{}"),
    CallRequest(name="f", args=(1, [2.0, "a"]), kwargs={"key": None}),
    RunRequest(source="def p(student): ...", name="p", args=((1, 2),), kwargs={}),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: type(request).__name__)
def test_a_request_survives_the_wire(request_: Request) -> None:
    """A worker gets the request that the judge made, with its id."""
    assert decode_request(wire.copy(encode_request(request_, 7))) == (7, request_)


def test_an_answer_holds_a_value_or_an_error() -> None:
    """None is a value; what an answer does not hold is marked as not given."""
    value = decode_answer(wire.copy(encode_answer(Answer(value=None), 7)), 7)
    assert value == Answer(value=None)
    error = decode_answer(wire.copy(encode_answer(Answer(error={"kind": "raised"}), 7)), 7)
    assert (error.value, error.error) == (NOT_GIVEN, {"kind": "raised"})


NO_ANSWERS: dict[str, object] = {
    "null": None,
    "a list": [7],
    "a text": "7",
    "no id": {"value": 1},
    "another id": {"id": 8, "value": 1},
    "a true id": {"id": True, "value": 1},
    "a float id": {"id": 7.0, "value": 1},
}


@pytest.mark.parametrize("name", NO_ANSWERS)
def test_an_answer_to_another_question_is_refused(name: str) -> None:
    """An answer is a dict that carries the id of its request, an exact int."""
    with pytest.raises(ProtocolError, match="no question"):
        decode_answer(NO_ANSWERS[name], 7)


def test_an_answer_of_another_form_has_neither_value_nor_error() -> None:
    """The id alone is no answer; the submission refuses it."""
    assert decode_answer({"id": 7}, 7) == Answer()


REPORT = ErrorReport(
    kind=ErrorKind.PACKAGE, type_name="E", subject="wave", message="no", frames=(LINE,)
)


def test_an_error_survives_the_wire() -> None:
    """The judge reads the description that the worker made."""
    for report in (REPORT, replace(REPORT, is_hidden=True)):
        assert decode_error(wire.copy(encode_error(report))) == report


def test_an_unknown_kind_is_raised() -> None:
    """Student code can invent a kind; it gains nothing."""
    claim = {**encode_error(REPORT), "kind": "passed"}
    assert decode_error(claim).kind is ErrorKind.RAISED


def test_a_description_is_cut_on_both_sides() -> None:
    """A worker sends no more, and the judge reads no more."""
    long = ErrorReport(
        kind=ErrorKind.RAISED,
        type_name="E" * 999,
        subject="s" * 999,
        message="m" * 9999,
        frames=(LINE,) * 99,
    )
    sent = encode_error(long)
    assert (len(sent["type"]), len(sent["message"])) == (MAX_NAME_CHARS, MAX_MESSAGE_CHARS)
    assert len(sent["frames"]) == MAX_FRAMES
    forged = {**sent, "message": "m" * 9999, "frames": sent["frames"] * 99}
    read = decode_error(forged)
    assert (len(read.message), len(read.frames)) == (MAX_MESSAGE_CHARS, MAX_FRAMES)


def test_what_became_of_a_file_survives_the_wire() -> None:
    """Its errors and the statements that took too long, both bounded."""
    errors = tuple({"kind": "raised", "number": n} for n in range(99))
    loaded = Loaded(errors=errors, stops=((1, 2), (0, 7)))
    expected = Loaded(errors=errors[:MAX_BROKEN_STATEMENTS], stops=((1, 2), (0, 7)))
    assert decode_loaded(wire.copy(encode_loaded(loaded))) == expected


@pytest.mark.parametrize("value", [None, 1, [], {"broken_cells": None}, {"broken_cells": {}}])
def test_a_malformed_answer_to_load_is_refused(value: object) -> None:
    """It is a dict with a list of errors."""
    with pytest.raises(ProtocolError, match="'load' is malformed"):
        decode_loaded(value)


STOPS: list[tuple[object, tuple[tuple[int, int], ...]]] = [
    ([[1, 2]], ((1, 2),)),
    ([[1, 2], [True, 2], [1], "ab", (3, 4), [1, 2.0]], ((1, 2),)),
    ({"1": 2}, ()),
    ([[1, 2]] * (MAX_STOPS + 1), ()),
]


@pytest.mark.parametrize(("claim", "stops"), STOPS, ids=lambda value: str(value)[:30])
def test_malformed_stops_are_left_out(claim: Any, stops: tuple[tuple[int, int], ...]) -> None:
    """A worker cannot make later workers skip what it invents in another form."""
    assert decode_loaded({"broken_cells": [], "stops": claim}).stops == stops


def test_remarks_survive_the_wire_and_inventions_do_not() -> None:
    """Only the remarks that exist are read, with a place in its form."""
    remarks = {Remark.TORCH_COMPILE: LINE}
    claim = wire.copy(encode_remarks(remarks))
    claim |= {"mixed_precision": ["f.py", "0", 3, ""], "won": ["f.py", 0, 3, ""]}
    assert decode_remarks(claim) == remarks
    assert decode_remarks([1]) == {}


def test_settings_survive_their_sockets() -> None:
    """Judge and zygote exchange them as JSON, in which a tuple is a list."""
    zygote = ZygoteConfig(level="A", hidden=("timm",), warm=("torchvision",), weights="w")
    assert decode_zygote_config(encode_config(zygote)) == zygote
    worker = WorkerConfig(
        address_space=1,
        cpu=2,
        disk=3,
        inodes=4,
        open_files=5,
        processes=6,
        answer=7,
        own_user=True,
        hidden=("timm",),
        folder=None,
        seed=8,
        threads=9,
    )
    assert decode_worker_config(encode_config(worker)) == worker
    end = WorkerEnd(signal=9, exit=0, cpu=0.5, peak=1 << 20)
    assert decode_worker_end(encode_config(end)) == end


def test_states_survive_their_sockets() -> None:
    """Zygote and worker say that they are ready, or why not."""
    for state in (
        ZygoteReady(address_space=1, uid=2, namespaces=True),
        *(ZygoteFailed(kind=kind, message="no") for kind in FailureKind),
    ):
        assert decode_zygote_state(encode_zygote_state(state)) == state
    for worker in (WorkerReady(layers=("seccomp",)), WorkerRefused(message="no")):
        assert decode_worker_state(wire.copy(encode_worker_state(worker))) == worker
