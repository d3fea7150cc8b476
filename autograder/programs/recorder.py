"""The recorder of programs (runs inside): it sees every tensor operation below autograd."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.programs.operators import UnknownOperator, operator_of, tensors_in
from autograder.programs.program_data import (
    MAX_OPERATIONS,
    SEED_OPERATION,
    Argument,
    Operation,
    ProgramData,
    Recording,
    Ref,
    TensorSpec,
)

PROFILER = "profiler."  # the namespace of operations that measure
PLAIN_TYPES = frozenset((type(None), bool, int, float, str))
READING_KINDS = ("aten._local_scalar_dense", "aten.is_nonzero", "aten.equal", "aten.nonzero")
Place = tuple[object, ...]  # the memory of a tensor, and how it is read
NamedTensors = Sequence[tuple[TensorSpec, Tensor]]
# Not the methods of Tensor: these are watched while a network is recorded.
pointer_of = torch._C.TensorBase.data_ptr
storage_of = torch._C.TensorBase.untyped_storage


class Unrecordable(Exception):
    """Raised for code that cannot be recorded; the text says why."""


def spec_of(tensor: Tensor, name: str = "") -> TensorSpec:
    """Return shape and dtype of a tensor, which has a name where it is held by a module."""
    is_parameter = isinstance(tensor, nn.Parameter)
    return TensorSpec(
        shape=tuple(tensor.shape),
        dtype=tensor.dtype,
        name=name,
        is_parameter=is_parameter,
        trainable=is_parameter and tensor.requires_grad,
    )


def tensors_of(module: nn.Module) -> list[tuple[TensorSpec, Tensor]]:
    """Return parameters and buffers of a module, each once, with its name."""
    named = [*module.named_parameters(), *module.named_buffers()]
    return [(spec_of(tensor, name), tensor) for name, tensor in named]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationFacts:
    """What of an operation is the same at each call."""

    name: str  # with its overload
    is_profiling: bool
    takes_generator: bool
    reads_values: bool  # whether Python sees the values of a tensor
    has_open_shape: bool  # whether a shape follows from values
    changes_arguments: bool
    obstacle: str  # why no program may hold it; empty: it may


@functools.cache
def facts_of(func: torch._ops.OpOverload) -> OperationFacts:
    """Return what of an operation is the same at each call."""
    name, obstacle = str(func), ""
    try:
        operator_of(name)
    except UnknownOperator as error:
        obstacle = str(error)
    types = [str(argument.type) for argument in func._schema.arguments]
    return OperationFacts(
        name=name,
        is_profiling=name.startswith(PROFILER),  # loaders name their steps to the profiler
        takes_generator=any("Generator" in text for text in types),
        reads_values=name.startswith(READING_KINDS),
        has_open_shape=torch.Tag.dynamic_output_shape in func.tags,
        changes_arguments=func._schema.is_mutable,
        obstacle=obstacle,
    )


class Recorder(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """A mode that writes down each operation, with tensors by number.

    Autograd brings saved tensors back as new objects. So a tensor that is not known by identity is
    known by its storage, offset, shape and strides. Everything recorded is kept alive, or another
    tensor could get its place.
    """

    def __init__(
        self,
        inputs: NamedTensors,
        tensors: NamedTensors,
        *,
        differentiates: bool = True,
    ) -> None:
        """Give numbers to the inputs, then to the named tensors.

        `differentiates` says that the program will be replayed with autograd: what cuts the graph
        without an operation (`.data`) has to be one then.
        """
        super().__init__()  # type: ignore[no-untyped-call]
        self.operations: list[Operation] = []
        self.specs: dict[int, TensorSpec] = {}
        self.constants: dict[int, Tensor] = {}
        # Why it cannot be recorded. The code that runs does not notice; it ends as it would.
        self.obstacle = ""
        self.reads_values = False  # whether Python saw the values of a tensor
        self.has_open_shapes = False  # whether a shape follows from values
        self._inputs = tuple(spec for spec, _ in inputs)
        self._tensors = tuple(spec for spec, _ in tensors)
        self._differentiates = differentiates
        self._numbers: dict[int, int] = {}  # of tensors, by identity
        self._places: dict[Place, int] = {}  # of tensors, by their memory
        self._pointers: list[int] = []  # where the memory of each number begins
        self._refs: list[Ref] = []  # of each number
        self._kept: list[Tensor] = []
        for spec, tensor in (*inputs, *tensors):
            self._add(tensor, pointer_of(tensor), spec)

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Return False: the mode needs nothing of torch._dynamo, whose import takes seconds."""
        return False

    def __torch_dispatch__(
        self,
        func: torch._ops.OpOverload,
        types: object,
        args: Sequence[object] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        """Run an operation and write it down."""
        kwargs = kwargs or {}
        facts = facts_of(func)
        if self.obstacle or facts.is_profiling:
            return func(*args, **kwargs)
        if facts.takes_generator and any(
            type(value) is torch.Generator for value in (*args, *kwargs.values())
        ):
            return func(*args, **kwargs)  # of a generator of its own: what it gives is a constant
        try:
            plain_args = tuple([self._argument(value) for value in args])
            plain_kwargs = {key: self._argument(value) for key, value in kwargs.items()}
        except Unrecordable as error:
            self.obstacle = str(error)
        result = func(*args, **kwargs)
        if facts.reads_values:
            self.reads_values = True
        if facts.has_open_shape:
            self.has_open_shapes = True
        outputs = [result] if type(result) is Tensor else tensors_in(result)
        if not self.obstacle and (outputs or facts.changes_arguments):
            self._write(facts, plain_args, plain_kwargs, outputs)
        return result

    def number_of(self, tensor: Tensor) -> int | None:
        """Return the number of a tensor that the program knows.

        A tensor whose memory was exchanged (`p.data = …`) is the one that has this memory.
        """
        number = self._numbers.get(id(tensor))
        pointer = pointer_of(tensor)
        if number is not None and self._pointers[number] == pointer:
            return number
        return self._places.get(_place(tensor, pointer))

    def require_number(self, tensor: Tensor) -> int:
        """Return the number of a tensor, which becomes a constant where it is not known."""
        number = self.number_of(tensor)
        return self._constant(tensor) if number is None else number

    def note_seed(self, seed: int) -> None:
        """Write down that the generator of random numbers is seeded."""
        self.operations.append(
            Operation(name=SEED_OPERATION, args=(seed,), kwargs={}, outputs=(), grad=True)
        )

    def has_hooks(self) -> bool:
        """Return whether a gradient is changed on its way back to a tensor."""
        return any(tensor._backward_hooks for tensor in self._kept)

    def program(self, result: object) -> Recording:
        """Return what was recorded, as the program that computes `result`.

        Unrecordable where something was not.
        """
        if self.obstacle:
            raise Unrecordable(self.obstacle)
        number = self.number_of(result) if isinstance(result, Tensor) else None
        if isinstance(result, Tensor) and number is None:  # a view that no operation made
            number = self._constant(result)
        data = ProgramData(
            inputs=self._inputs,
            tensors=self._tensors,
            constants=tuple(self.constants),
            operations=tuple(self.operations),
            specs=dict(self.specs),
            result=number,
            result_type=type(result).__name__,
        )
        return Recording(data=data, constants=tuple(self.constants.values()))

    def _write(
        self,
        facts: OperationFacts,
        args: tuple[Argument, ...],
        kwargs: dict[str, Argument],
        outputs: Sequence[Tensor],
    ) -> None:
        numbers = []
        for tensor in outputs:
            pointer = pointer_of(tensor)
            known = self._numbers.get(id(tensor))
            if known is None or self._pointers[known] != pointer:
                known = self._add(tensor, pointer)
            numbers.append(known)
        self.obstacle = facts.obstacle
        if len(self.operations) >= MAX_OPERATIONS:
            self.obstacle = f"it runs more than {MAX_OPERATIONS} operations"
        self.operations.append(
            Operation(
                name=facts.name,
                args=args,
                kwargs=kwargs,
                outputs=tuple(numbers),
                grad=torch.is_grad_enabled(),
            )
        )

    def _add(self, tensor: Tensor, pointer: int, spec: TensorSpec | None = None) -> int:
        number = len(self.specs)
        if spec is None:
            spec = _spec_without_name(tensor.shape, tensor.dtype)
        self.specs[number] = spec
        self._numbers[id(tensor)] = number
        self._places[_place(tensor, pointer)] = number
        self._pointers.append(pointer)
        self._refs.append(Ref(number))
        self._kept.append(tensor)
        return number

    def _argument(self, value: object) -> Argument:
        """Return an argument with numbers in the place of tensors."""
        kind = type(value)
        if kind in PLAIN_TYPES:
            return cast(Argument, value)
        if isinstance(value, Tensor):
            return self._refs[self._number_or_constant(value)]
        if isinstance(value, (bool, int, float, str)):
            return value
        if isinstance(value, (list, tuple)):
            return [self._argument(item) for item in value]
        if isinstance(value, (torch.dtype, torch.layout, torch.device, torch.memory_format)):
            return value
        raise Unrecordable(f"an operation takes a {kind.__name__}")

    def _number_or_constant(self, tensor: Tensor) -> int:
        number = self.number_of(tensor)
        if number is None:
            return self._constant(tensor)
        if not self._differentiates or self._numbers.get(id(tensor)) == number:
            return number
        # Another object of the same memory: the graph is cut between.
        alias = self._add(tensor, pointer_of(tensor))
        self.operations.append(
            Operation(
                name="aten.detach.default",
                args=(self._refs[number],),
                kwargs={},
                outputs=(alias,),
                grad=torch.is_grad_enabled(),
            )
        )
        return alias

    def _constant(self, tensor: Tensor) -> int:
        number = self._add(tensor, pointer_of(tensor))
        self.constants[number] = tensor.detach().clone()
        return number


@functools.lru_cache(maxsize=4096)
def _spec_without_name(shape: torch.Size, dtype: torch.dtype) -> TensorSpec:
    return TensorSpec(shape=tuple(shape), dtype=dtype)


def _place(tensor: Tensor, pointer: int) -> Place:
    """Return where the values of a tensor are, which begin at a pointer, and how they are read."""
    if not tensor.is_meta:
        return (pointer, tensor.shape, tensor.stride(), tensor.dtype)
    memory = (storage_of(tensor)._cdata, tensor.storage_offset())
    return (memory, tensor.shape, tensor.stride(), tensor.dtype)
