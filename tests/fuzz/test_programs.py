"""Programs of any text and any operations: decoded or refused, and replayed or refused."""

from __future__ import annotations

import contextlib
import copy
import functools
import json
import os
import resource
import signal
from typing import Any

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from autograder.drawing.network_graph import graph_of
from autograder.drawing.svg import network_file
from autograder.programs.encoding import BadProgram, decode, encode
from autograder.programs.operators import ALLOWED_KINDS
from autograder.programs.program_data import Recording
from autograder.programs.record_network import record_network
from autograder.programs.replayer import ReplayError, replay
from autograder.results.networks import graph_of as read_graph
from autograder.results.networks import node_line
from tests.fuzz.mutation import MIB, examples, limited, mutated

REPLAY_SECONDS = 5  # of CPU time, that one replay may take
REPLAY_BYTES = 2048 * MIB  # of address space beyond what there was
MAX_DRAWING_BYTES = 60_000
REPLAYED, REFUSED, STUMBLED = 0, 3, 4  # exit statuses of a replay
# A replay that is killed costs one submission: a kernel of torch may crash on forged sizes.
KILLS = (
    signal.SIGSEGV,
    signal.SIGABRT,
    signal.SIGFPE,
    signal.SIGKILL,
    signal.SIGXCPU,
    signal.SIGBUS,
)
TOKENS = [b'{"t":', b'{"dtype":"float32"}', b"[", b"1e999", b"NaN", b"-1", b"99999999999999999999"]


class Block(nn.Module):
    """A network with the operations that hand-ins have most."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(2, 2, 3, padding=1), nn.BatchNorm2d(2)
        self.head = nn.Linear(8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return logits for x: (B, 2, 4, 4) -> (B, 3)."""
        x = torch.max_pool2d((self.norm(self.conv(x)) + x).relu(), 2)
        logits: torch.Tensor = self.head(x.flatten(1)).softmax(dim=1)
        return logits


@functools.cache
def seed_document() -> dict[str, Any]:
    """Return a right program as JSON's types."""
    torch.manual_seed(1)
    recording = record_network(Block().train(), [torch.randn(2, 2, 4, 4)])
    document: dict[str, Any] = json.loads(encode(recording)["program"])
    return document


@functools.cache
def seed_text() -> bytes:
    """Return a right program as text."""
    return json.dumps(seed_document()).encode()


def outcome(text: bytes) -> Recording | None:
    """Return the recording of a text; None where it is refused."""
    with limited(), contextlib.suppress(BadProgram):
        return decode({"program": text, "constants": []})
    return None


@given(mutated([seed_text()], TOKENS))
@examples()
def test_any_text_is_a_recording_or_refused(text: bytes) -> None:
    """The text of a program is decoded, or refused by BadProgram, within time and memory."""
    outcome(text)


NUMBERS = st.integers(-3, 40) | st.sampled_from((1 << 31, 1 << 40, 1 << 61, 1 << 62, -(1 << 40)))
TENSORS = st.builds(lambda number: {"t": number}, st.integers(0, 40))
SCALARS = NUMBERS | st.floats() | st.booleans() | st.none() | st.text(max_size=5)
ARGUMENTS = st.recursive(
    SCALARS | TENSORS | st.sampled_from(({"dtype": "float64"}, {"dtype": "int8"})),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=6,
)


@st.composite
def programs(draw: st.DrawFn) -> dict[str, Any]:
    """Return a strategy: the right program with some of its operations changed."""
    document = copy.deepcopy(seed_document())
    operations = document["operations"]
    for _ in range(draw(st.integers(1, 4))):
        operation = operations[draw(st.integers(0, len(operations) - 1))]
        match draw(st.integers(0, 4)):
            case 0 if operation[1]:
                operation[1][draw(st.integers(0, len(operation[1]) - 1))] = draw(ARGUMENTS)
            case 1:
                kind = draw(st.sampled_from(sorted(ALLOWED_KINDS)))
                overloads = getattr(torch.ops.aten, kind).overloads()
                operation[0] = f"aten.{kind}.{draw(st.sampled_from(overloads))}"
            case 2:
                operation[1] = draw(st.lists(ARGUMENTS, max_size=8))
            case 3:
                operation[3] = draw(st.lists(st.integers(0, 40), max_size=3))
            case 4:
                number = draw(st.integers(0, len(document["specs"]) - 1))
                document["specs"][number][0] = draw(st.lists(st.integers(0, 1 << 20), max_size=4))
    return document


def replay_in_child(recording: Recording) -> int:
    """Return how a replay ends in a process of its own: its status, or minus its signal."""
    pid = os.fork()
    if pid == 0:
        status = STUMBLED
        try:
            with open("/proc/self/statm") as file:
                used = int(file.read().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + REPLAY_BYTES,) * 2)
            resource.setrlimit(resource.RLIMIT_CPU, (REPLAY_SECONDS,) * 2)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            status = replay_once(recording)
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def replay_once(recording: Recording) -> int:
    """Return whether a recording is replayed or refused."""
    data = recording.data
    inputs = [torch.ones(spec.shape, dtype=spec.dtype) for spec in data.inputs]
    tensors = {spec.name: torch.ones(spec.shape, dtype=spec.dtype) for spec in data.tensors}
    try:
        replay(recording, inputs, tensors)
    except ReplayError:
        return REFUSED
    return REPLAYED


@given(programs())
@examples()
def test_any_program_is_drawn(document: dict[str, Any]) -> None:
    """A program that decodes has a small drawing, and none that breaks a result file or a page."""
    recording = outcome(json.dumps(document).encode())
    graph = None if recording is None else graph_of(recording.data)
    if graph is not None:
        lines: list[object] = [node_line(node) for node in graph.nodes]
        assert read_graph(lines, graph.output, graph.is_cut) == graph
        assert len(network_file(graph, "en", "A network").encode()) < MAX_DRAWING_BYTES


@given(programs())
@examples(0.5)
def test_any_program_is_replayed_or_refused(document: dict[str, Any]) -> None:
    """A program that decodes ends in a replay, in ReplayError, or in the end of its process."""
    recording = outcome(json.dumps(document).encode())
    if recording is not None:
        end = replay_in_child(recording)
        assert end in (REPLAYED, REFUSED) or -end in KILLS, document
