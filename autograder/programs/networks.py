"""Networks that answer requests of the judge (runs inside): recorded ones, and living modules.

A recorded network is replayed in a worker that holds no student code. A module that cannot be
recorded answers in the student's own worker; what it says is taken on trust.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

import torch
from torch import Tensor, nn

from autograder.programs.encoding import BadProgram, Encoded, decode, encode, encode_spec
from autograder.programs.program_data import Recording
from autograder.programs.record_network import record_network
from autograder.programs.recorder import Unrecordable, tensors_of
from autograder.programs.replayer import Capture, ReplayError, replay, replay_training
from autograder.sandbox.execution.error_reports import PROBE_FILE
from autograder.sandbox.wire import DTYPES_BY_NAME

MAX_MODULES = 4  # that are kept for later requests
MAX_NETWORKS = 100
MAX_GRAPHS = 8  # whose backward pass may still be asked for
NO_MODULE = "no module"
UNRECORDABLE = "unrecordable"
DENIED = "denied"
NO_GRADIENT = "no gradient"
UNKNOWN = "unknown"

Answer = dict[str, object]
K = TypeVar("K")
V = TypeVar("V")


class Network(Protocol):
    """What computes an output for inputs, parameters and buffers."""

    def run(self, inputs: Sequence[Tensor], tensors: Mapping[str, Tensor]) -> object:
        """Return the output; buffers in `tensors` are changed in place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A module of the student's, with its first values."""

    student: object  # whose code made it
    module: nn.Module
    buffers: Mapping[str, Tensor]  # as they were before the module was run

    @property
    def first_values(self) -> dict[str, Tensor]:
        """Parameters and buffers by name, as they were before the module was run."""
        return {**dict(self.module.named_parameters()), **self.buffers}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedNetwork:
    """A network that replays its program."""

    recording: Recording

    def run(self, inputs: Sequence[Tensor], tensors: Mapping[str, Tensor]) -> object:
        """Return the output of the program."""
        data = self.recording.data
        if data.result is None:
            return data.result_type
        return replay(self.recording, inputs, tensors)


@dataclass(frozen=True, slots=True, kw_only=True)
class LivingNetwork:
    """A module of the student's that answers by itself."""

    module: nn.Module
    train: bool

    def run(self, inputs: Sequence[Tensor], tensors: Mapping[str, Tensor]) -> object:
        """Return the output of the module with these parameters and buffers."""
        self.module.train(self.train)
        return torch.func.functional_call(self.module, dict(tensors), tuple(inputs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """An output, and what its gradient may be asked for."""

    output: Tensor
    leaves: tuple[Tensor, ...]


modules: dict[str, Made] = {}  # by the judge's key
networks: dict[str, Network] = {}  # the last ones, by the judge's key
graphs: dict[int, Graph] = {}
handles = itertools.count()
sources: dict[str, dict[str, object]] = {}  # names of a module of probes, by its source


def make_room(table: dict[K, V], most: int) -> None:
    """Drop the oldest entries of a table, so that one more makes at most `most`."""
    while len(table) >= most:
        del table[next(iter(table))]


def probe_of(source: str, name: str) -> Callable[..., object]:
    """Return a probe of a module, whose source is executed once."""
    if source not in sources:
        namespace: dict[str, object] = {"__name__": "probes"}
        exec(compile(source, PROBE_FILE, "exec", dont_inherit=True), namespace)
        sources[source] = namespace
    return cast("Callable[..., object]", sources[source][name])


def make(
    student: object, key: str, source: str, name: str, args: Sequence[object]
) -> nn.Module | str:
    """Return the module that the student's `name`, or a probe of `source`, makes; else its type."""
    if key in modules and modules[key].student is student:
        return modules[key].module
    made = probe_of(source, name)(student, *args) if source else getattr(student, name)(*args)
    if not isinstance(made, nn.Module):
        return type(made).__name__
    make_room(modules, MAX_MODULES)
    buffers = {name: buffer.detach().clone() for name, buffer in made.named_buffers()}
    modules[key] = Made(student=student, module=made, buffers=buffers)
    return made


def record(
    student: object,
    key: str,
    source: str,
    name: str,
    args: Sequence[object],
    shapes: Sequence[tuple[Sequence[int], str]],
    train: bool,
) -> Answer:
    """Return the program of a network for inputs of these shapes; where there is none, why."""
    module = make(student, key, source, name, args)
    if isinstance(module, str):
        return {NO_MODULE: module}
    module.train(train)
    try:
        recording = record_network(module, [draw_input(shape, dtype) for shape, dtype in shapes])
        return {"recording": encode(recording)}
    except Unrecordable as error:
        living = LivingNetwork(module=module, train=train)
        networks[network_key(key, train)] = living
        specs = [spec for spec, _ in tensors_of(module)]
        return {UNRECORDABLE: str(error), "tensors": [encode_spec(spec) for spec in specs]}
    finally:
        with torch.no_grad():
            for buffer_name, buffer in module.named_buffers():
                if buffer_name in modules[key].buffers:
                    buffer.data = modules[key].buffers[buffer_name].clone()


def differentiate(
    student: object,
    key: str,
    source: str,
    name: str,
    args: Sequence[object],
    shapes: Sequence[tuple[Sequence[int], str]],
    train: bool,
    repeats: int,
) -> None:
    """Run a network and its backward pass, which may raise: it, and itself upon its output."""
    module = make(student, key, source, name, args)
    if not isinstance(module, nn.Module):
        return
    module.train(train)
    output = module(*(draw_input(shape, dtype) for shape, dtype in shapes))
    for _ in range(repeats - 1):
        output = module(output)
    torch.autograd.backward(output.sum())


def draw_input(shape: Sequence[int], dtype: str) -> Tensor:
    """Return an input of random numbers; zeros, where it is not of floating point."""
    if DTYPES_BY_NAME[dtype].is_floating_point:
        return torch.randn(tuple(shape), dtype=DTYPES_BY_NAME[dtype])
    return torch.zeros(tuple(shape), dtype=DTYPES_BY_NAME[dtype])


def network_key(key: str, train: bool) -> str:
    """Return the key of a network, which is a module in one of its modes."""
    return f"{key} {'train' if train else 'eval'}"


def first_values(
    student: object,
    key: str,
    source: str,
    name: str,
    args: Sequence[object],
    names: Sequence[str],
) -> dict[str, Tensor]:
    """Return the first values of parameters and buffers."""
    module = make(student, key, source, name, args)
    if isinstance(module, str):
        return {}
    tensors = modules[key].first_values
    return {each: tensors[each].detach() for each in names if each in tensors}


def load(key: str, encoded: Encoded, onednn: bool) -> Answer:
    """Keep a recorded program, which the judge has decoded before, for later requests.

    `onednn` says whether kernels of oneDNN are used: on tiny inputs they take longer to compile
    than torch's own take to run.
    """
    torch.backends.mkldnn.set_flags(onednn)  # type: ignore[no-untyped-call]
    make_room(networks, MAX_NETWORKS)
    try:
        networks[key] = RecordedNetwork(recording=decode(encoded, is_checked=True))
    except BadProgram as error:
        return {DENIED: str(error)}
    return {}


def forward(
    key: str,
    inputs: Sequence[Tensor],
    tensors: Mapping[str, Tensor],
    wanted: Sequence[str | int],
    buffers: Sequence[str],
    seed: int,
    repeats: int = 1,
    weights: Tensor | None = None,
) -> Answer:
    """Return the output, the buffers that changed, and a handle for the backward pass.

    With `weights` of the shape of the output: the gradients of (output · weights).sum() instead of
    the handle.

    `wanted` are the names of parameters and the positions of inputs whose gradients are asked for,
    `buffers` the names of tensors that may change. The output of each of the `repeats` is the input
    of the next one.
    """
    if key not in networks:  # the worker is a fresh one
        return {UNKNOWN: key}
    torch.default_generator.manual_seed(seed)
    leaves: dict[str | int, Tensor] = {}
    for each in wanted:
        value = inputs[each] if isinstance(each, int) else tensors[each]
        leaves[each] = value.clone().requires_grad_()
    # A network may work in place, which a leaf does not allow.
    given = [leaves[i] * 1 if i in leaves else x.clone() for i, x in enumerate(inputs)]
    values = {name: leaves.get(name, value) for name, value in tensors.items()}
    before = {name: values[name].clone() for name in buffers}
    try:
        with torch.set_grad_enabled(bool(wanted)):
            output = networks[key].run(given, values)
            for _ in range(repeats - 1):
                if not isinstance(output, Tensor):
                    break
                output = networks[key].run([output], values)
    except ReplayError as error:
        return {DENIED: str(error)}
    if not isinstance(output, Tensor):
        return {"type": output if isinstance(output, str) else type(output).__name__}
    changed = {n: values[n] for n, value in before.items() if not torch.equal(values[n], value)}
    answer: Answer = {"output": output.detach(), "changed": changed, "handle": -1}
    if output.requires_grad:
        graph = Graph(output=output, leaves=tuple(leaves.values()))
        if weights is None:
            answer["handle"] = _keep(graph)
        elif weights.shape == output.shape:
            answer.update(_gradients(graph, weights))
    return answer


def load_and_forward(encoded: Encoded, onednn: bool, key: str, *args: object) -> Answer:
    """Keep a recorded program, and return the answer of `forward`."""
    return load(key, encoded, onednn) or forward(key, *args)  # type: ignore[arg-type]


def inside(
    key: str,
    inputs: Sequence[Tensor],
    tensors: Mapping[str, Tensor],
    places: Sequence[tuple[int, int]],
    seed: int,
) -> Answer:
    """Return tensors in a recorded network; each place is an operation and what it takes."""
    network = networks.get(key)
    if not isinstance(network, RecordedNetwork):
        return {UNKNOWN: key}
    torch.default_generator.manual_seed(seed)
    captures = [Capture(index=index, numbers={"": number}) for index, number in places]
    try:
        states = replay_training(network.recording, list(inputs), tensors, captures)
    except ReplayError as error:
        return {DENIED: str(error)}
    return {"values": [state[""] for state in states]}


def _keep(graph: Graph) -> int:
    handle = next(handles)
    make_room(graphs, MAX_GRAPHS)
    graphs[handle] = graph
    return handle


def backward(handle: int, gradient: Tensor) -> Answer:
    """Return the gradients of (output · gradient).sum() at what was wanted, in order."""
    if handle not in graphs:
        return {DENIED: "the worker that held the graph has ended"}
    return _gradients(graphs[handle], gradient)


def _gradients(graph: Graph, weights: Tensor) -> Answer:
    try:
        # With a gradient to begin with, torch imports what traces symbolic shapes: 0.3 s of CPU.
        weighted = (graph.output * weights).sum()
        gradients = torch.autograd.grad(
            weighted, graph.leaves, allow_unused=True, retain_graph=True
        )
    except RuntimeError as error:
        return {NO_GRADIENT: True, DENIED: str(error)[:500]}
    except Exception as error:  # of any class: the list may be forged
        return {DENIED: f"{type(error).__name__}: {error}"[:500]}
    return {"gradients": list(gradients)}
