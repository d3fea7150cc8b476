"""The recorder of programs (runs inside): it sees every tensor operation below autograd."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Mapping, Sequence

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
READING_KINDS = ("aten._local_scalar_dense", "aten.is_nonzero", "aten.equal", "aten.nonzero")
Place = tuple[object, ...]  # the memory of a tensor, and how it is read
NamedTensors = Sequence[tuple[TensorSpec, Tensor]]


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
        self._inputs = tuple(spec for spec, _ in inputs)
        self._tensors = tuple(spec for spec, _ in tensors)
        self._differentiates = differentiates
        self._numbers: dict[int, int] = {}  # of tensors, by identity
        self._places: dict[Place, int] = {}  # of tensors, by their memory
        self._pointers: list[int] = []  # where the memory of each number begins
        self._kept: list[Tensor] = []
        for spec, tensor in (*inputs, *tensors):
            self._add(tensor, spec)

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
        name = name_of(func)
        if self.obstacle or name.startswith(PROFILER):  # loaders name their steps to the profiler
            return func(*args, **kwargs)
        if any(type(value) is torch.Generator for value in (*args, *kwargs.values())):
            return func(*args, **kwargs)  # of a generator of its own: what it gives is a constant
        try:
            plain_args = tuple(map(self._argument, args))
            plain_kwargs = {key: self._argument(value) for key, value in kwargs.items()}
        except Unrecordable as error:
            self.obstacle = str(error)
        result = func(*args, **kwargs)
        self.reads_values |= name.startswith(READING_KINDS)
        outputs = tensors_in(result)
        if not self.obstacle and (outputs or func._schema.is_mutable):
            self._write(name, plain_args, plain_kwargs, outputs)
        return result

    def number_of(self, tensor: Tensor) -> int | None:
        """Return the number of a tensor that the program knows.

        A tensor whose memory was exchanged (`p.data = …`) is the one that has this memory.
        """
        number = self._numbers.get(id(tensor))
        if number is not None and self._pointers[number] == tensor.data_ptr():
            return number
        return self._places.get(_place(tensor))

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
        name: str,
        args: tuple[Argument, ...],
        kwargs: dict[str, Argument],
        outputs: Sequence[Tensor],
    ) -> None:
        numbers = []
        for tensor in outputs:
            known = self._numbers.get(id(tensor))
            if known is None or self._pointers[known] != tensor.data_ptr():
                known = self._add(tensor)
            numbers.append(known)
        try:
            operator_of(name)
        except UnknownOperator as error:
            self.obstacle = str(error)
        if len(self.operations) >= MAX_OPERATIONS:
            self.obstacle = f"it runs more than {MAX_OPERATIONS} operations"
        self.operations.append(
            Operation(
                name=name,
                args=args,
                kwargs=kwargs,
                outputs=tuple(numbers),
                grad=torch.is_grad_enabled(),
            )
        )

    def _add(self, tensor: Tensor, spec: TensorSpec | None = None) -> int:
        number = len(self.specs)
        self.specs[number] = spec_of(tensor) if spec is None else spec
        self._numbers[id(tensor)] = number
        self._places[_place(tensor)] = number
        self._pointers.append(tensor.data_ptr())
        self._kept.append(tensor)
        return number

    def _argument(self, value: object) -> Argument:
        """Return an argument with numbers in the place of tensors."""
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if isinstance(value, (list, tuple)):
            return [self._argument(item) for item in value]
        if isinstance(value, Tensor):
            return Ref(self._number_or_constant(value))
        if isinstance(value, (torch.dtype, torch.layout, torch.device, torch.memory_format)):
            return value
        raise Unrecordable(f"an operation takes a {type(value).__name__}")

    def _number_or_constant(self, tensor: Tensor) -> int:
        number = self.number_of(tensor)
        if number is None:
            return self._constant(tensor)
        if not self._differentiates or self._numbers.get(id(tensor)) == number:
            return number
        alias = self._add(tensor)  # another object of the same memory: the graph is cut between
        self.operations.append(
            Operation(
                name="aten.detach.default",
                args=(Ref(number),),
                kwargs={},
                outputs=(alias,),
                grad=torch.is_grad_enabled(),
            )
        )
        return alias

    def _constant(self, tensor: Tensor) -> int:
        number = self._add(tensor)
        self.constants[number] = tensor.detach().clone()
        return number


@functools.cache
def name_of(func: torch._ops.OpOverload) -> str:
    """Return the name of an operation with its overload."""
    return str(func)


def _place(tensor: Tensor) -> Place:
    """Return where the values of a tensor are, and how they are read."""
    storage = tensor.untyped_storage()
    memory = storage._cdata if tensor.device.type == "meta" else storage.data_ptr()
    strides = tensor.stride()
    return (memory, tensor.storage_offset(), tuple(tensor.shape), strides, tensor.dtype)


def record_network(module: nn.Module, inputs: Sequence[Tensor]) -> Recording:
    """Return what a module computes for `inputs`, in the mode (train or eval) that it is in.

    It is run twice, with other values: what depends on values cannot be recorded.
    """
    first = _record_once(module, inputs)
    if all(tensor.device.type != "meta" for tensor in inputs):
        others = [_with_gradient(_other_values(tensor)) for tensor in inputs]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                second = _record_once(module, others)
        except RuntimeError as error:  # as NumPy's, of a tensor with a gradient
            raise Unrecordable(f"it does not run again: {error}") from None
        require_same(first, second)
    return first


def _record_once(module: nn.Module, inputs: Sequence[Tensor]) -> Recording:
    named = [(spec_of(tensor), tensor) for tensor in inputs]
    recorder = Recorder(named, tensors_of(module))
    with recorder:
        result = module(*inputs)
    if recorder.reads_values:
        raise Unrecordable("it reads the values of its tensors")
    if recorder.has_hooks() or has_own_gradient(result):
        raise Unrecordable("it computes gradients of its own")
    return recorder.program(result)


def has_own_gradient(result: object) -> bool:
    """Return whether Python code of its own takes part in the backward pass of a result.

    What an `autograd.Function` computes is recorded without a graph, and its gradient is not seen.
    """
    waiting = [result.grad_fn] if isinstance(result, Tensor) else []
    seen = set()
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        if isinstance(node, torch.autograd.function.BackwardCFunction):
            return True
        seen.add(node)
        waiting += [following for following, _ in node.next_functions]
    return False


def _other_values(tensor: Tensor) -> Tensor:
    return torch.randn_like(tensor) if tensor.is_floating_point() else torch.zeros_like(tensor)


def _with_gradient(tensor: Tensor) -> Tensor:
    """Return an input with a gradient; it is no leaf, so it may be changed in place."""
    return tensor.requires_grad_() * 1 if tensor.is_floating_point() else tensor


def require_same(first: Recording, second: Recording) -> None:
    """Raise Unrecordable where two recordings of the same code differ."""
    if _steps(first.data) != _steps(second.data):
        raise Unrecordable("it computes something else for other values")
    if len(first.constants) != len(second.constants):
        raise Unrecordable("it computes something else for other values")
    for mine, theirs in zip(first.constants, second.constants, strict=True):
        if not torch.equal(mine, theirs):
            raise Unrecordable("it computes with numbers that torch does not see")


def _steps(data: ProgramData) -> list[tuple[object, ...]]:
    """Return the operations of a program without the numbers of its tensors.

    Autograd detaches what it saves where an input has a gradient: that is left out.
    """
    steps: list[tuple[object, ...]] = []
    for operation in data.operations:
        if operation.kind != "detach":
            shapes = [data.specs[number].shape for number in operation.outputs]
            arguments = [_without_numbers(value) for value in operation.args]
            options = {name: _without_numbers(v) for name, v in operation.kwargs.items()}
            steps.append((operation.name, shapes, arguments, options))
    return steps


def _without_numbers(value: Argument) -> object:
    if isinstance(value, Ref):
        return Ref
    if isinstance(value, list):
        return [_without_numbers(item) for item in value]
    return value
