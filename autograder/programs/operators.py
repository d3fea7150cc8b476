"""The operations that programs may hold (both sides), and the types of their arguments."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Protocol, cast

import torch

from autograder.programs.program_data import Argument, Ref

NAMESPACE = "aten"
MAX_INT = 1 << 62  # of an integer argument, whatever its sign
MAX_TEXT_CHARS = 40  # of a text argument, such as the kind of rounding
RANDOM_KINDS = frozenset(
    {
        *("bernoulli", "bernoulli_", "rand", "rand_like", "randn", "randn_like"),
        *("randint", "randint_like", "randperm", "normal", "normal_", "uniform"),
        *("uniform_", "random_", "exponential_", "geometric_", "log_normal_"),
        *("multinomial", "poisson", "native_dropout", "_fused_dropout"),
        *("rrelu_with_noise", "fractional_max_pool2d"),
    }
)
# Operations whose outputs hold what their memory held before.
UNFILLED_KINDS = frozenset(
    {
        *("empty", "empty_like", "new_empty", "empty_strided", "new_empty_strided"),
    }
)


class AliasInfo(Protocol):
    """Whose memory an argument or result shares, as torch describes it."""

    is_write: bool


class SchemaArgument(Protocol):
    """One argument or result of a schema, as torch describes it."""

    name: str
    kwarg_only: bool
    real_type: object
    alias_info: AliasInfo | None

    def has_default_value(self) -> bool:
        """Return whether it may be left out."""


class Schema(Protocol):
    """The schema of an overload, as torch describes it."""

    arguments: list[SchemaArgument]
    returns: list[SchemaArgument]


class Overload(Protocol):
    """An operation of torch that can be called."""

    _schema: Schema

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Return what the operation returns."""


class UnknownOperator(ValueError):
    """Raised for an operation that no program may hold."""


class BadArgument(ValueError):
    """Raised for an argument that does not have the type of its schema."""


def _read_kinds() -> frozenset[str]:
    text = Path(__file__).with_name("operators.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(" ".join(lines).split())


# The names of operations that programs may hold, without overloads. A worker cannot read the file.
ALLOWED_KINDS = _read_kinds()


@functools.cache
def operator_of(name: str) -> Overload:
    """Return the overload of a name such as "aten.add.Tensor"; UnknownOperator where none is."""
    parts = name.split(".")
    if len(parts) != 3 or parts[0] != NAMESPACE or parts[1] not in ALLOWED_KINDS:
        raise UnknownOperator(f"the operation {name[:80]!a} is not allowed")
    packet = getattr(torch.ops.aten, parts[1], None)
    if packet is None or parts[2] not in packet.overloads():
        raise UnknownOperator(f"torch has no operation {name[:80]!a}")
    return cast(Overload, getattr(packet, parts[2]))


def check_arguments(name: str, args: tuple[Argument, ...], kwargs: dict[str, Argument]) -> None:
    """Raise BadArgument unless the arguments fit the schema of the operation."""
    schema = operator_of(name)._schema
    by_name = {argument.name: argument for argument in schema.arguments}
    positional = [argument for argument in schema.arguments if not argument.kwarg_only]
    if len(args) > len(positional) or not set(kwargs) <= set(by_name):
        raise BadArgument(f"{name} takes other arguments")
    given = {argument.name: value for argument, value in zip(positional, args, strict=False)}
    if set(given) & set(kwargs):
        raise BadArgument(f"{name} got an argument twice")
    given.update(kwargs)
    for argument in schema.arguments:
        if argument.name in given:
            if not _fits(str(argument.real_type), given[argument.name]):
                raise BadArgument(f"{name}: {argument.name} must be {argument.real_type}")
        elif not argument.has_default_value():
            raise BadArgument(f"{name} needs {argument.name}")


def _fits(kind: str, value: Argument) -> bool:
    """Return whether a value has the type of a schema, written as torch writes it."""
    if kind.startswith("Optional[") and kind.endswith("]"):
        return value is None or _fits(kind[len("Optional[") : -1], value)
    if kind.startswith("List[") and kind.endswith("]"):
        inner = kind[len("List[") : -1]
        if isinstance(value, list):
            return all(_fits(inner, item) for item in value)
        return inner in ("int", "SymInt", "float", "bool") and _fits(inner, value)  # int[2] = 1
    return _fits_scalar(kind, value)


def _fits_scalar(kind: str, value: Argument) -> bool:
    if kind in ("int", "SymInt"):
        return type(value) is int and abs(value) <= MAX_INT
    if kind in ("float", "SymFloat"):
        return type(value) is float or (type(value) is int and abs(value) <= MAX_INT)
    if kind in ("number", "Scalar"):
        is_small = type(value) is int and abs(value) <= MAX_INT
        return is_small or type(value) in (float, bool)
    if kind == "bool":
        return type(value) is bool
    if kind == "Tensor":
        # torch takes a number for a tensor where an operation of two tensors has one
        return isinstance(value, Ref) or _fits_scalar("number", value)
    if kind == "str":
        return isinstance(value, str) and len(value) <= MAX_TEXT_CHARS
    types: dict[str, type] = {
        "ScalarType": torch.dtype,
        "Layout": torch.layout,
        "MemoryFormat": torch.memory_format,
        "Device": torch.device,
    }
    if kind not in types or not isinstance(value, types[kind]):
        return False
    return not isinstance(value, torch.device) or value.type == "cpu"
