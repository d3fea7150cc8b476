"""The replay of programs (runs inside, in a worker that holds no student code)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor

from autograder.programs.operators import is_unfilled, operator_of, tensors_in
from autograder.programs.program_data import (
    SEED_OPERATION,
    Argument,
    Operation,
    ProgramData,
    Recording,
    Ref,
)

MAX_MESSAGE_CHARS = 500


class ReplayError(Exception):
    """Raised where an operation fails, or gives another shape than was recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Tensors that are kept as they are before an operation."""

    index: int  # of the operation; the number of operations: at the end
    numbers: Mapping[str, int]  # of tensors, by name


def replay(
    recording: Recording,
    inputs: Sequence[Tensor],
    tensors: Mapping[str, Tensor],
    *,
    frees: bool = False,
) -> Tensor:
    """Return the result of a program for other inputs, parameters and buffers.

    Buffers are changed in place where the program does so. `frees` drops each tensor after its last
    use.
    """
    data = recording.data
    if data.result is None:
        raise ReplayError("the program has no result")
    values = _first_values(recording, inputs, tensors)
    last_uses = _last_uses(data, {data.result}) if frees else {}
    for index, operation in enumerate(data.operations):
        _run_numbered(index, operation, values, data)
        for number in last_uses.get(index, ()):
            values.pop(number, None)
    return values[data.result]


def replay_training(
    recording: Recording,
    inputs: Sequence[Tensor],
    tensors: Mapping[str, Tensor],
    captures: Sequence[Capture],
) -> list[dict[str, Tensor]]:
    """Return the captured tensors of a training for other inputs, parameters and buffers."""
    data = recording.data
    values = _first_values(recording, inputs, {n: t.clone() for n, t in tensors.items()})
    kept = {number for capture in captures for number in capture.numbers.values()}
    last_uses = _last_uses(data, kept)
    by_index: dict[int, list[int]] = {}
    for position, capture in enumerate(captures):
        by_index.setdefault(capture.index, []).append(position)
    states: list[dict[str, Tensor]] = [{} for _ in captures]
    with torch.no_grad():
        for index in range(len(data.operations) + 1):
            for position in by_index.get(index, ()):
                numbers = captures[position].numbers
                states[position] = {name: values[n].clone() for name, n in numbers.items()}
            if index < len(data.operations):
                _run_numbered(index, data.operations[index], values, data)
                for number in last_uses.get(index, ()):
                    values.pop(number, None)
    return states


def _first_values(
    recording: Recording, inputs: Sequence[Tensor], tensors: Mapping[str, Tensor]
) -> dict[int, Tensor]:
    data = recording.data
    values = dict(enumerate(inputs))
    values.update({number: tensors[name] for number, name in data.names.items()})
    for number, constant in zip(data.constants, recording.constants, strict=True):
        values[number] = constant.clone()
    return values


def _run_numbered(
    index: int, operation: Operation, values: dict[int, Tensor], data: ProgramData
) -> None:
    """Run an operation; whatever it raises is a ReplayError, because the list may be forged."""
    try:
        _run(operation, values, data)
    except ReplayError as error:
        raise ReplayError(f"operation {index}: {error}") from None
    except Exception as error:
        message = f"operation {index}, {operation.name}: {type(error).__name__}: {error}"
        raise ReplayError(message[:MAX_MESSAGE_CHARS]) from None


def _run(operation: Operation, values: dict[int, Tensor], data: ProgramData) -> None:
    if operation.name == SEED_OPERATION:
        torch.default_generator.manual_seed(cast(int, operation.args[0]))
        return
    operator = operator_of(operation.name)
    args = [_value(argument, values) for argument in operation.args]
    kwargs = {name: _value(argument, values) for name, argument in operation.kwargs.items()}
    if operation.grad or not torch.is_grad_enabled():
        result = operator(*args, **kwargs)
    else:
        with torch.no_grad():
            result = operator(*args, **kwargs)
    outputs = [result] if type(result) is Tensor else tensors_in(result)
    if len(outputs) != len(operation.outputs):
        raise ReplayError(f"{operation.name} makes {len(outputs)} tensors")
    for number, tensor in zip(operation.outputs, outputs, strict=True):
        spec = data.specs[number]
        if tensor.shape != spec.shape or tensor.dtype is not spec.dtype:
            raise ReplayError(f"{operation.name} makes a tensor of another shape")
        values[number] = tensor
    if is_unfilled(operation.name):
        for tensor in outputs:
            tensor.zero_()  # what memory held before is no result


def _value(argument: Argument, values: Mapping[int, Tensor]) -> object:
    kind = type(argument)
    if kind is Ref:
        return values[cast(Ref, argument).number]
    if kind is list:
        return [_value(item, values) for item in cast("list[Argument]", argument)]
    return argument


def _last_uses(data: ProgramData, results: set[int]) -> dict[int, list[int]]:
    """Return the numbers that are used last by each operation, by its index, but results."""
    last: dict[int, int] = {}
    for index, operation in enumerate(data.operations):
        used = (*operation.sources, *operation.outputs)
        last.update(dict.fromkeys(used, index))
    kept = results | set(range(len(data.inputs) + len(data.tensors)))
    by_index: dict[int, list[int]] = {}
    for number, index in last.items():
        if number not in kept:
            by_index.setdefault(index, []).append(number)
    return by_index
