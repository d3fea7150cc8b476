"""Recordings as plain data for the wire (both sides), and back, with every claim checked."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, TypeVar, cast

import torch
from torch import Tensor

from autograder.programs.operators import BadArgument, UnknownOperator, check_arguments
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
from autograder.sandbox.wire import DTYPE_NAMES, DTYPES_BY_NAME

MAX_PROGRAM_BYTES = 16 << 20  # of the text of a program
MAX_TENSORS = 200_000  # numbers of one program
MAX_NAMED_TENSORS = 4000  # parameters and buffers: one question of the judge holds them all
MAX_NAMED_BYTES = 960 << 20  # of all of them; a VGG-19 has 574 MB
MAX_DIMENSIONS = 16
MAX_ELEMENTS = 1 << 40  # of one tensor; what is larger cannot be meant
MAX_TOTAL_BYTES = 64 << 30  # of all outputs together: views and tensors that are freed, too
MAX_NAME_CHARS = 300
MAX_DEPTH = 4  # of lists in arguments
MAX_KEPT_TEXTS = 256  # whose programs are kept: many students write the same network
MAX_KEPT_BYTES = 64 << 10  # of the text of a program that is kept
LAYOUTS = {"torch.strided": torch.strided}
MEMORY_FORMATS = {
    str(memory_format): memory_format
    for memory_format in (
        torch.contiguous_format,
        torch.preserve_format,
        torch.channels_last,
        torch.channels_last_3d,
    )
}
# What an argument names, by its kind.
NAMED_ARGUMENTS: Mapping[str, Mapping[str, Argument]] = {
    "dtype": DTYPES_BY_NAME,
    "layout": LAYOUTS,
    "memory_format": MEMORY_FORMATS,
    "device": {"cpu": torch.device("cpu")},
}

T = TypeVar("T")
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Encoded: TypeAlias = "dict[str, bytes | list[Tensor]]"


class BadProgram(ValueError):
    """Raised for data that is no program; the text says what is wrong, and where."""


def encode(recording: Recording) -> Encoded:
    """Return a recording as plain data: its text, and the values of its constants."""
    data = recording.data
    document = {
        "inputs": [encode_spec(spec) for spec in data.inputs],
        "tensors": [encode_spec(spec) for spec in data.tensors],
        "constants": list(data.constants),
        "operations": [_encode_operation(operation) for operation in data.operations],
        "specs": [_encode_shape(data.specs[number]) for number in range(len(data.specs))],
        "result": data.result,
        "result_type": data.result_type[:MAX_NAME_CHARS],
    }
    text = json.dumps(document, separators=(",", ":")).encode()
    return {"program": text, "constants": list(recording.constants)}


def encode_spec(spec: TensorSpec) -> list[object]:
    """Return a parameter or buffer as plain data."""
    shape, dtype = _encode_shape(spec)
    return [spec.name, shape, dtype, spec.is_parameter, spec.trainable]


def _encode_shape(spec: TensorSpec) -> tuple[list[int], str]:
    return list(spec.shape), DTYPE_NAMES.get(spec.dtype, str(spec.dtype))


def _encode_operation(operation: Operation) -> list[object]:
    args = [_encode_argument(value) for value in operation.args]
    kwargs = {name: _encode_argument(value) for name, value in operation.kwargs.items()}
    return [operation.name, args, kwargs, list(operation.outputs), operation.grad]


def _encode_argument(value: Argument) -> object:
    if isinstance(value, Ref):
        return {"t": value.number}
    if isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, list):
        return [_encode_argument(item) for item in value]
    if isinstance(value, torch.dtype):
        return {"dtype": DTYPE_NAMES.get(value, str(value))}
    if isinstance(value, (torch.layout, torch.memory_format, torch.device)):
        kind = type(value).__name__
        return {kind: value.type if isinstance(value, torch.device) else str(value)}
    return value


# ---------------------------------------------------------------- back, with every claim checked


def decode(encoded: object, *, is_checked: bool = False) -> Recording:
    """Return the recording that plain data holds; BadProgram where it breaks a rule.

    Of data that is known to be `is_checked`, since it was decoded before, operations are not
    checked again.
    """
    if type(encoded) is not dict or set(encoded) != {"program", "constants"}:
        raise BadProgram("a program is text with constants")
    text, constants = encoded["program"], encoded["constants"]
    if type(text) is not bytes or len(text) > MAX_PROGRAM_BYTES:
        raise BadProgram(f"the text of a program has at most {MAX_PROGRAM_BYTES} bytes")
    if type(constants) is not list or not all(type(value) is Tensor for value in constants):
        raise BadProgram("the constants of a program are tensors")
    data_of = _kept_data if len(text) <= MAX_KEPT_BYTES else _data_of
    data = data_of(text, is_checked)
    _check_constants(data, constants)
    return Recording(data=data, constants=tuple(constants))


def _data_of(text: bytes, is_checked: bool) -> ProgramData:
    """Return what the text of a program says; BadProgram where it breaks a rule."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise BadProgram("the text of a program is JSON") from None
    try:
        data = _decode_document(document, _read_operation if is_checked else _decode_operation)
        if not is_checked:
            _check_order(data)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
        if isinstance(error, BadProgram):
            raise
        raise BadProgram(f"a program of another form: {type(error).__name__}") from None
    return data


@functools.lru_cache(maxsize=MAX_KEPT_TEXTS)
def _kept_data(text: bytes, is_checked: bool) -> ProgramData:
    return _data_of(text, is_checked)


def decode_specs(value: object) -> tuple[TensorSpec, ...]:
    """Return the parameters and buffers of a module that cannot be recorded."""
    try:
        specs = _each(cast(Json, value), _decode_spec)
    except (TypeError, ValueError, KeyError) as error:
        raise BadProgram(f"parameters of another form: {error}"[:MAX_NAME_CHARS]) from None
    _check_named(specs)
    return specs


def _check_named(specs: Sequence[TensorSpec]) -> None:
    """Raise BadProgram where parameters and buffers are too many for the judge to draw values."""
    if len({spec.name for spec in specs}) != len(specs):
        raise BadProgram("a program names its tensors once")
    if len(specs) > MAX_NAMED_TENSORS:
        raise BadProgram(f"a network has at most {MAX_NAMED_TENSORS} parameters and buffers")
    if sum(spec.bytes for spec in specs) > MAX_NAMED_BYTES:
        raise BadProgram(f"parameters and buffers have at most {MAX_NAMED_BYTES} bytes")


def _decode_document(
    document: dict[str, Json], decode_operation: Callable[[Json], Operation]
) -> ProgramData:
    inputs = _each(document["inputs"], _decode_spec)
    tensors = _each(document["tensors"], _decode_spec)
    shapes = _each(document["specs"], _decode_shape)
    if len(shapes) > MAX_TENSORS:
        raise BadProgram(f"a program has at most {MAX_TENSORS} tensors")
    named = (*inputs, *tensors)
    _check_named(tensors)
    if len(named) > len(shapes):
        raise BadProgram("a program has a shape for each tensor that it names")
    specs = dict(enumerate(shapes))
    for number, spec in enumerate(named):
        if (spec.shape, spec.dtype) != (specs[number].shape, specs[number].dtype):
            raise BadProgram(f"tensor {number} has two shapes")
        specs[number] = spec
    if sum(spec.bytes for spec in shapes) > MAX_TOTAL_BYTES:
        raise BadProgram(f"the tensors of a program have at most {MAX_TOTAL_BYTES} bytes")
    operations = document["operations"]
    if type(operations) is not list or len(operations) > MAX_OPERATIONS:
        raise BadProgram(f"a program has at most {MAX_OPERATIONS} operations")
    constants = _each(document["constants"], _decode_number)
    return ProgramData(
        inputs=inputs,
        tensors=tensors,
        constants=constants,
        operations=tuple(map(decode_operation, operations)),
        specs=specs,
        result=None if document["result"] is None else _decode_number(document["result"]),
        result_type=_decode_text(document["result_type"]),
    )


def _each(value: Json, decode_one: Callable[[Json], T]) -> tuple[T, ...]:
    if type(value) is not list:
        raise BadProgram("a list of a program is a list")
    return tuple([decode_one(item) for item in value])


def _check_order(data: ProgramData) -> None:
    """Raise BadProgram unless each number is defined once, before it is used."""
    defined = set(range(len(data.inputs) + len(data.tensors)))
    for number in data.constants:
        if number in defined or number not in data.specs:
            raise BadProgram(f"constant {number} is another tensor")
        defined.add(number)
    for index, operation in enumerate(data.operations):
        for number in operation.sources:
            if number not in defined:
                raise BadProgram(f"operation {index} uses tensor {number} before it is made")
        for number in operation.outputs:
            if number not in data.specs:
                raise BadProgram(f"operation {index} makes an unknown tensor {number}")
            defined.add(number)
    if data.result is not None and data.result not in defined:
        raise BadProgram("the result is no tensor of the program")


def _check_constants(data: ProgramData, constants: Sequence[Tensor]) -> None:
    if len(constants) != len(data.constants):
        raise BadProgram("every constant has one value")
    for number, value in zip(data.constants, constants, strict=True):
        spec = data.specs[number]
        if (tuple(value.shape), value.dtype) != (spec.shape, spec.dtype):
            raise BadProgram(f"constant {number} has another shape than it says")


def _decode_spec(value: Json) -> TensorSpec:
    name, shape, dtype, is_parameter, trainable = cast("list[Json]", value)
    if type(is_parameter) is not bool or type(trainable) is not bool:
        raise BadProgram("a tensor is a parameter or not, trainable or not")
    spec = _decode_shape([shape, dtype])
    return TensorSpec(
        shape=spec.shape,
        dtype=spec.dtype,
        name=_decode_text(name),
        is_parameter=is_parameter,
        trainable=trainable,
    )


def _decode_shape(value: Json) -> TensorSpec:
    shape, dtype = cast("list[Json]", value)
    if type(shape) is not list or len(shape) > MAX_DIMENSIONS:
        raise BadProgram(f"a shape has at most {MAX_DIMENSIONS} dimensions")
    sizes = tuple([_decode_number(size, MAX_ELEMENTS) for size in shape])
    return _spec_without_name(sizes, _decode_text(dtype))


@functools.lru_cache(maxsize=4096)
def _spec_without_name(sizes: tuple[int, ...], dtype: str) -> TensorSpec:
    if math.prod(sizes) > MAX_ELEMENTS:
        raise BadProgram("a tensor of impossible size")
    return TensorSpec(shape=sizes, dtype=DTYPES_BY_NAME[dtype])


def _decode_number(value: Json, limit: int = MAX_TENSORS) -> int:
    if type(value) is not int or not 0 <= value <= limit:
        raise BadProgram("a number of a program is an int that is not negative")
    return value


def _decode_text(value: Json) -> str:
    if type(value) is not str or len(value) > MAX_NAME_CHARS:
        raise BadProgram(f"a name of a program has at most {MAX_NAME_CHARS} characters")
    return value


def _read_operation(value: Json) -> Operation:
    """Return an operation whose arguments are not checked."""
    name, args, kwargs, outputs, grad = cast("list[Json]", value)
    if type(kwargs) is not dict or type(grad) is not bool:
        raise BadProgram("an operation of another form")
    return Operation(
        name=_decode_text(name),
        args=_each(args, _decode_argument),
        kwargs={key: _decode_argument(item) for key, item in kwargs.items()},
        outputs=_each(outputs, _decode_number),
        grad=grad,
    )


def _decode_operation(value: Json) -> Operation:
    operation = _read_operation(value)
    if operation.name == SEED_OPERATION:
        if len(operation.args) != 1 or type(operation.args[0]) is not int or operation.outputs:
            raise BadProgram("a seed is one int")
        return operation
    try:
        check_arguments(operation.name, operation.args, operation.kwargs)
    except (UnknownOperator, BadArgument) as error:
        raise BadProgram(str(error)) from None
    return operation


def _decode_argument(value: Json, depth: int = 0) -> Argument:
    kind_of_value = type(value)
    if kind_of_value is not dict:
        if kind_of_value is not list:
            return cast(Argument, value)
        if depth >= MAX_DEPTH and value:
            raise BadProgram("lists of an argument are nested too deeply")
        return [_decode_argument(item, depth + 1) for item in cast("list[Json]", value)]
    ((kind, content),) = cast("dict[str, Json]", value).items()
    if kind == "t":
        return Ref(_decode_number(content))
    return NAMED_ARGUMENTS[kind][_decode_text(content)]
