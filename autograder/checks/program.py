"""A student's network in the judge: a differentiable function of inputs, parameters and buffers."""

from __future__ import annotations

import functools
import logging
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast

import torch
from torch import Tensor

from autograder.blocks.store import shared_store
from autograder.checks.asserting import Mismatch
from autograder.checks.digests import digest_of
from autograder.checks.outputs import output_once
from autograder.checks.passing import Images, images_of
from autograder.checks.shared_stages import NotShared, SharedNetwork, Workers
from autograder.errors import Denied
from autograder.programs import networks
from autograder.programs.encoding import Encoded, encode
from autograder.programs.layers import Layer, layers_of
from autograder.programs.parts import Part, part_of, used_names
from autograder.programs.program_data import Operation, ProgramData, Recording, TensorSpec

Answer: TypeAlias = Mapping[str, Any]  # of a worker: every part is checked where it is used
Ask: TypeAlias = Callable[..., Answer]  # asks for a function of `networks` by its name
# What is computed in its block draws random numbers by a name; without one, by its place
Aside: TypeAlias = Callable[..., AbstractContextManager[None]]
SEED_BOUND = 1 << 62
MAX_TYPE_CHARS = 80
MAX_ANSWER_BYTES = 32 << 20  # of values that are asked for at once

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a network is reached."""

    key: str  # of the network, in the worker
    ask: Ask
    encoded: Encoded | None  # None: a living module answers
    first_values: Callable[[Sequence[str]], Mapping[str, Tensor]]  # asks for values by name
    part_of_value: Callable[[str, int, int], Tensor | None]  # elements of a large one
    load: Callable[[str, Encoded], None]  # gives a program a key, where it is replayed
    restore: Callable[[], None]  # makes the network again in a fresh worker
    # Asks a worker that has run nothing of another scope; None: there is no such worker.
    ask_apart: Callable[..., Answer] | None
    differentiate: Callable[[int], object]  # runs so many modules in a row, and back
    aside: Aside
    module: str  # the name by which the making of the network draws random numbers


class Program:
    """What a student's network computes: `program(x, parameters=…, buffers=…)`.

    It is differentiable once, with respect to inputs and parameters. Inputs have the shapes of the
    example with which it was recorded. `recorded` says whether it is replayed without student code;
    otherwise the student's module answers, and `operations` is empty.
    """

    def __init__(self, tensors: Sequence[TensorSpec], data: ProgramData | None, way: Way) -> None:
        """Take the parameters and buffers, the program if it was recorded, and how to reach it."""
        self.data = data
        self.parameters = {spec.name: spec for spec in tensors if spec.is_parameter}
        self.buffers = {spec.name: spec for spec in tensors if not spec.is_parameter}
        self._way = way
        self._first: dict[str, Tensor] = {}
        self._is_fixed = False

    @property
    def recorded(self) -> bool:
        """Whether the network was recorded, so that no student code answers."""
        return self.data is not None

    @property
    def operations(self) -> tuple[Operation, ...]:
        """The operations of a recorded network."""
        return () if self.data is None else self.data.operations

    @functools.cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The layers of a recorded network, in the order of use."""
        return () if self.data is None else layers_of(self.data)

    @functools.cached_property
    def constants(self) -> dict[int, Tensor]:
        """The tensors that are neither input, parameter nor buffer, by number."""
        if self.data is None or self._way.encoded is None:
            return {}
        values = cast("list[Tensor]", self._way.encoded["constants"])
        return dict(zip(self.data.constants, values, strict=True))

    def initial(self, *names: str) -> dict[str, Tensor]:
        """Return the values that parameters and buffers had when the network was made.

        All of them where no name is given. They come from the student's worker when they are first
        asked for.
        """
        specs = {**self.parameters, **self.buffers}
        wanted = names or tuple(specs)
        missing = [name for name in wanted if name not in self._first]
        with self._way.aside(self._way.module):  # it may have to be made again
            values = self._values_of([specs[name] for name in missing])
        for name in missing:
            value = values.get(name)
            if value is None or _shape(value) != (specs[name].shape, specs[name].dtype):
                raise Denied(f"no value of {name!a}")
            self._first[name] = value
        return {name: self._first[name] for name in wanted}

    def forget(self) -> None:
        """Drop the first values, which may be large; they are asked for again where needed."""
        self._first.clear()
        self.__dict__.pop("_shared", None)  # it holds them, too

    def _values_of(self, specs: Sequence[TensorSpec]) -> dict[str, Tensor]:
        """Return first values, asked for in answers that are not too large."""
        values: dict[str, Tensor] = {}
        waiting: list[str] = []
        size = 0  # bytes of the values that wait
        for spec in specs:
            if spec.bytes > MAX_ANSWER_BYTES:
                values[spec.name] = self._large_value(spec)
                continue
            if size + spec.bytes > MAX_ANSWER_BYTES:
                values.update(self._values_at_once(waiting))
                waiting, size = [], 0
            waiting.append(spec.name)
            size += spec.bytes
        if waiting:
            values.update(self._values_at_once(waiting))
        return values

    def _values_at_once(self, names: Sequence[str]) -> Mapping[str, Tensor]:
        values = self._way.first_values(names)
        if not isinstance(values, dict):
            raise Denied("no values of parameters")
        return values

    def _large_value(self, spec: TensorSpec) -> Tensor:
        """Return a first value that is asked for in parts."""
        count, step = math.prod(spec.shape), MAX_ANSWER_BYTES // spec.dtype.itemsize
        value = torch.empty(count, dtype=spec.dtype)
        for start in range(0, count, step):
            stop = min(start + step, count)
            part = self._way.part_of_value(spec.name, start, stop)
            if _shape(part) != ((stop - start,), spec.dtype):
                raise Denied(f"no value of {spec.name!a}")
            value[start:stop] = cast(Tensor, part)
        return value.reshape(spec.shape)

    def infer(
        self,
        images: Tensor,
        mean: Sequence[float] = (),
        deviation: Sequence[float] = (),
    ) -> Tensor:
        """Return the outputs of a recorded network for many images, with its first values.

        It is as `program(x)` for each batch of the recorded size, without gradients and several
        times as fast. A network that is equal to an earlier one, with equal values and images, is
        not asked again. Where `mean` and `deviation` of each channel are given, images are in
        bytes, and are scaled to 1 and normalised. Denied where the replay fails.
        """
        (size, *_) = self._recorded.inputs[0].shape
        if len(images) % size:
            raise ValueError(f"{len(images)} images are no whole batches of {size}")
        asked_about = images_of(images, list(mean), list(deviation))
        with self._way.aside():
            digest = digest_of([self._way.key, self._digest_of_values, asked_about.keys])
            return output_once(digest, lambda: self._outputs(asked_about))

    def _outputs(self, images: Images) -> Tensor:
        """Return the outputs: by stages that submissions share, or else of the network as a whole.

        Both are the same to the bit.
        """
        if self._shared is not None:
            try:
                return self._shared.outputs(images)
            except (NotShared, Denied) as reason:
                logger.info("a network is computed whole: %s", reason)
                self._shared = None
        return self._infer(images.tensor, images.mean, images.deviation)

    @functools.cached_property
    def _shared(self) -> SharedNetwork | None:
        """The network in stages; None where it shares nothing."""
        store, apart, data = shared_store(), self._way.ask_apart, self.data
        if store is None or apart is None or data is None:
            return None
        try:
            return SharedNetwork(
                Recording(data=data, constants=tuple(self.constants.values())),
                self.initial(),
                self._digests,
                store,
                Workers(run=self._way.ask, run_apart=apart),
                digest_of([self._way.key, self._digest_of_values]),
            )
        except NotShared:
            return None

    def _infer(self, images: Tensor, mean: list[float], deviation: list[float]) -> Tensor:
        """Return the outputs, computed where no student code is."""
        arguments = (self._way.key, images, mean, deviation)
        if not self._is_fixed:  # another program may be the same, with other values
            self._fix()
        answer = asked(lambda: self._way.ask("infer", *arguments), self._fix)
        require_allowed(answer)
        output = answer.get("output")
        if not isinstance(output, Tensor) or len(output) != len(images):
            raise Denied("no output for each image")
        return output

    @functools.cached_property
    def _digests(self) -> dict[str, str]:
        """The digest of each first value, by name."""
        return {name: digest_of(value) for name, value in sorted(self.initial().items())}

    @functools.cached_property
    def _digest_of_values(self) -> str:
        return digest_of(self._digests)

    def _fix(self) -> None:
        """Send the program and its first values to where it is replayed."""
        self._way.restore()
        require_allowed(self._way.ask("fix", self._way.key, self.initial()))
        self._is_fixed = True

    @property
    def _recorded(self) -> ProgramData:
        if self.data is None:
            raise ValueError("only a recorded network is replayed")
        return self.data

    def up_to(self, number: int) -> Program:
        """Return the recorded program that ends where it makes one of its tensors, by number."""
        operations = self._recorded.operations
        last = next(i for i, operation in enumerate(operations) if number in operation.outputs)
        data = replace(self._recorded, result=number, operations=operations[: last + 1])
        recording = Recording(data=data, constants=tuple(self.constants.values()))
        key, encoded = f"{self._way.key} up to {number}", encode(recording)

        load = self._way.load
        way = replace(self._way, key=key, encoded=encoded, restore=lambda: load(key, encoded))
        part = Program([*self.parameters.values(), *self.buffers.values()], data, way)
        part._first = self._first
        return part

    @functools.cached_property
    def used(self) -> frozenset[str]:
        """The parameters and buffers that operations of a recorded network take."""
        return frozenset() if self.data is None else frozenset(used_names(self.data))

    def part(self, names: Collection[str]) -> Part:
        """Return the part of a recorded network that computes with these parameters and buffers."""
        return part_of(self._recorded, names)

    def entering(
        self,
        part: Part,
        *inputs: Tensor,
        parameters: Mapping[str, Tensor] | None = None,
        buffers: Mapping[str, Tensor] | None = None,
    ) -> list[Tensor]:
        """Return what enters a part of a recorded network, for `inputs`.

        Other tensors that depend on the inputs, or on chance, do not get into the part.
        """
        if not part.entrances:
            return []
        tensors = self._with_first({**(parameters or {}), **(buffers or {})})
        places = [list(place) for place in part.entrances]
        given = [x.detach() for x in inputs]
        values = {name: value.detach() for name, value in tensors.items()}
        arguments = (given, values, places, int(torch.randint(SEED_BOUND, ())))
        found = _answer(self._way, arguments, "inside").get("values")
        if not isinstance(found, list) or len(found) != len(places):
            raise Denied("no tensors of a network")
        return found

    def _with_first(self, given: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the given values, and the first values of what is not given."""
        missing = [name for name in (*self.parameters, *self.buffers) if name not in given]
        return {**given, **(self.initial(*missing) if missing else {})}

    def __call__(
        self,
        *inputs: Tensor,
        parameters: Mapping[str, Tensor] | None = None,
        buffers: dict[str, Tensor] | None = None,
        repeats: int = 1,
    ) -> Tensor:
        """Return the output for `inputs`; what is not given has its first value.

        With `repeats` it is that of so many networks in a row, which share all weights. Tensors in
        `buffers` are replaced by their new values where the network changes them. It fails the
        check where it returns something else.
        """
        tensors = self._with_first({**(parameters or {}), **(buffers or {})})
        names = tuple(tensors)
        context = _Call(
            way=self._way,
            names=names,
            buffers=tuple(buffers or ()),
            count=len(inputs),
            seed=int(torch.randint(SEED_BOUND, ())),
            repeats=repeats,
        )
        output, changed = _ask_forward(context, [*inputs, *tensors.values()])
        if buffers is not None:
            buffers.update({name: value for name, value in changed.items() if name in buffers})
        return output

    def respond(
        self, *inputs: Tensor, weights: Tensor, parameters: Mapping[str, Tensor]
    ) -> Response:
        """Return the output, and the gradients of (output · weights).sum(), in one request.

        `parameters` may hold buffers, too. What is not given has its first value.
        """
        tensors = self._with_first(parameters)
        keys: list[str | int] = [*range(len(inputs)), *(n for n in tensors if n in self.parameters)]
        given = [x.detach() for x in inputs]
        values = {name: value.detach() for name, value in tensors.items()}
        seed = int(torch.randint(SEED_BOUND, ()))
        with self._way.aside():
            answer = _answer(self._way, (given, values, keys, [], seed, 1, weights))
            if networks.NO_GRADIENT in answer:
                self._way.differentiate(1)  # it may raise, too
        require_allowed(answer)
        output, gradients = answer.get("output"), answer.get("gradients")
        if not isinstance(output, Tensor):
            raise Denied("no output")
        got = gradients if isinstance(gradients, list) else [None] * len(keys)
        sources = {key: given[key] if isinstance(key, int) else values[key] for key in keys}
        by_key = dict(zip(keys, got, strict=True)) if len(got) == len(keys) else {}
        for key, value in by_key.items():
            if value is not None and _shape(value) != _shape(sources[key]):
                raise Denied("a gradient of another shape")
        return Response(
            output=output,
            at_inputs=[by_key.get(index) for index in range(len(inputs))],
            at={name: by_key.get(name) for name in self.parameters},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An output of a network, and gradients; None where there is none."""

    output: Tensor
    at_inputs: list[Tensor | None]
    at: dict[str, Tensor | None]  # by the name of the parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """One call of a program."""

    way: Way
    names: tuple[str, ...]
    buffers: tuple[str, ...]  # names of tensors that may change
    count: int  # of inputs, which come before the named tensors
    seed: int
    repeats: int


def _ask_forward(call: _Call, values: Sequence[Tensor]) -> tuple[Tensor, Mapping[str, Tensor]]:
    changed: dict[str, Tensor] = {}
    output = _Replay.apply(call, changed, *values)  # type: ignore[no-untyped-call]
    return cast(Tensor, output), changed


class _Replay(torch.autograd.Function):
    """The replay of a program in a worker, as one step of autograd."""

    @staticmethod
    def forward(context: Any, call: _Call, changed: dict[str, Tensor], *values: Tensor) -> Tensor:
        """Return the output of the program."""
        inputs, named = values[: call.count], values[call.count :]
        keys: list[str | int] = [*range(call.count), *call.names]
        needs = context.needs_input_grad[2:]
        wanted = [key for key, needed in zip(keys, needs, strict=True) if needed]
        tensors = dict(zip(call.names, (value.detach() for value in named), strict=True))
        given = [x.detach() for x in inputs]
        arguments = (given, tensors, wanted, list(call.buffers), call.seed, call.repeats)
        answer = _answer(call.way, arguments)
        output, buffers = answer.get("output"), answer.get("changed")
        if not isinstance(output, Tensor) or not isinstance(buffers, dict):
            raise Denied("no output")
        for name, value in buffers.items():
            if name in tensors and _shape(value) == _shape(tensors[name]):
                changed[name] = value
        context.call, context.handle, context.needs = call, answer.get("handle"), needs
        context.specs = [_shape(value) for value in values]
        return output

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(context: Any, gradient: Tensor) -> Any:
        """Return the gradients at inputs and named tensors."""
        got: list[Tensor | None] = []
        if isinstance(context.handle, int) and context.handle >= 0:
            way = context.call.way
            with way.aside():
                answer = way.ask("backward", context.handle, gradient.contiguous())
                if networks.NO_GRADIENT in answer:
                    way.differentiate(context.call.repeats)  # it may raise, too
            require_allowed(answer)
            got = list(answer.get("gradients", ()))
        wanted = [spec for spec, needed in zip(context.specs, context.needs, strict=True) if needed]
        if got and len(got) != len(wanted):
            raise Denied("another number of gradients")
        gradients = iter(got or [None] * len(wanted))
        result: list[Tensor | None] = []
        for spec, needed in zip(context.specs, context.needs, strict=True):
            value = next(gradients) if needed else None
            if value is not None and _shape(value) != spec:
                raise Denied("a gradient of another shape")
            result.append(value)
        return (None, None, *result)


def _answer(way: Way, arguments: tuple[object, ...], name: str = "forward") -> Answer:
    with way.aside():
        answer = asked(lambda: way.ask(name, way.key, *arguments), way.restore)
    if networks.NO_GRADIENT not in answer:
        require_allowed(answer)
    if "type" in answer:
        kind = str(answer["type"])[:MAX_TYPE_CHARS]
        key = "none" if kind == "NoneType" else "no_tensor"
        raise Mismatch(key, f"expected a tensor, got {kind}", kind=kind)
    return answer


def asked(ask: Callable[[], Answer], restore: Callable[[], object]) -> Answer:
    """Return an answer; a fresh worker, which knows nothing, is asked again after `restore`."""
    answer = ask()
    if networks.UNKNOWN in answer:
        restore()
        answer = ask()
    return answer


def require_allowed(answer: Answer) -> None:
    """Raise Denied where an answer says so."""
    if networks.DENIED in answer:
        raise Denied(str(answer[networks.DENIED]))


def _shape(value: object) -> tuple[tuple[int, ...], torch.dtype] | None:
    return (tuple(value.shape), value.dtype) if isinstance(value, Tensor) else None
