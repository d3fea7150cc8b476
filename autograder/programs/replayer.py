"""The replay of programs (runs inside, in a worker that holds no student code)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor

from autograder.programs.encoding import numbers_in
from autograder.programs.operators import UNFILLED_KINDS, operator_of
from autograder.programs.program_data import Argument, Operation, ProgramData, Recording, Ref


class ReplayError(Exception):
    """Raised where an operation fails, or gives another shape than was recorded."""


def replay(
    recording: Recording,
    inputs: Sequence[Tensor],
    tensors: Mapping[str, Tensor],
    *,
    frees: bool = False,
) -> dict[int, Tensor]:
    """Return the tensors of a program by number, for other inputs, parameters and buffers.

    Buffers are changed in place where the program does so. `frees` drops each tensor after its last
    use, but the result.
    """
    data = recording.data
    values: dict[int, Tensor] = dict(enumerate(inputs))
    for number, spec in enumerate(data.tensors, start=len(data.inputs)):
        values[number] = tensors[spec.name]
    for number, constant in zip(data.constants, recording.constants, strict=True):
        values[number] = constant.clone()
    last_uses = _last_uses(data) if frees else {}
    for index, operation in enumerate(data.operations):
        try:
            _run(operation, values, data)
        except ReplayError as error:
            raise ReplayError(f"operation {index}: {error}") from None
        except Exception as error:  # of any class: the list may be forged
            message = f"operation {index}, {operation.name}: {type(error).__name__}: {error}"
            raise ReplayError(message[:500]) from None
        for number in last_uses.get(index, ()):
            values.pop(number, None)
    return values


def _run(operation: Operation, values: dict[int, Tensor], data: ProgramData) -> None:
    operator = operator_of(operation.name)
    args = [_value(argument, values) for argument in operation.args]
    kwargs = {name: _value(argument, values) for name, argument in operation.kwargs.items()}
    with torch.set_grad_enabled(operation.grad and torch.is_grad_enabled()):
        result = operator(*args, **kwargs)
    outputs = [value for value in _flat(result) if isinstance(value, Tensor)]
    if len(outputs) != len(operation.outputs):
        raise ReplayError(f"{operation.name} makes {len(outputs)} tensors")
    for number, tensor in zip(operation.outputs, outputs, strict=True):
        spec = data.specs[number]
        if (tuple(tensor.shape), tensor.dtype) != (spec.shape, spec.dtype):
            raise ReplayError(f"{operation.name} makes a tensor of another shape")
        if operation.kind in UNFILLED_KINDS:
            tensor.zero_()  # what memory held before is no result
        values[number] = tensor


def _value(argument: Argument, values: Mapping[int, Tensor]) -> object:
    if isinstance(argument, Ref):
        return values[argument.number]
    if isinstance(argument, list):
        return [_value(item, values) for item in argument]
    return argument


def _flat(value: object) -> Iterable[object]:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _flat(item)
    else:
        yield value


def _last_uses(data: ProgramData) -> dict[int, list[int]]:
    """Return the numbers that are used last by each operation, by its index."""
    last: dict[int, int] = {}
    for index, operation in enumerate(data.operations):
        used = (*numbers_in((*operation.args, *operation.kwargs.values())), *operation.outputs)
        last.update(dict.fromkeys(used, index))
    kept = {data.result, *range(len(data.inputs) + len(data.tensors))}
    by_index: dict[int, list[int]] = {}
    for number, index in last.items():
        if number not in kept:
            by_index.setdefault(index, []).append(number)
    return by_index
