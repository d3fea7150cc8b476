"""The operations that programs may hold (both sides), and the types of their arguments."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

import torch
from torch import Tensor

from autograder.programs.program_data import Argument, Ref

NAMESPACE = "aten"
BROADCAST_KINDS = ("int", "SymInt", "float", "bool")  # of lists for which one value may stand
MAX_INT = (1 << 63) - 1  # of an integer argument, whatever its sign: "to the end" is that large
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
# Types of values that fit a kind of argument whatever they are.
PLAIN_TYPES: dict[str, frozenset[type]] = {
    "Tensor": frozenset((Ref,)),
    "bool": frozenset((bool,)),
    "float": frozenset((float,)),
}
NO_TYPES: frozenset[type] = frozenset()
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


@functools.cache
def is_unfilled(name: str) -> bool:
    """Return whether the outputs of an operation hold what their memory held before."""
    return name.split(".")[1] in UNFILLED_KINDS


def tensors_in(result: object) -> list[Tensor]:
    """Return the tensors of what an operation returned: itself, or those in a list or tuple."""
    if isinstance(result, Tensor):
        return [result]
    if isinstance(result, (list, tuple)):
        return [tensor for item in result for tensor in tensors_in(item)]
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One argument that an operation takes."""

    name: str
    kind: str  # its type as torch writes it, without Optional and List
    text: str  # its type as torch writes it
    is_list: bool
    is_optional: bool
    is_positional: bool
    is_required: bool
    plain_types: frozenset[type]  # of values that fit whatever they are

    def fits(self, value: Argument) -> bool:
        """Return whether a value has the type."""
        if type(value) in self.plain_types:
            return True
        if value is None:
            return self.is_optional
        if not self.is_list:
            return _fits_scalar(self.kind, value)
        if not isinstance(value, list):  # one size for all dimensions: int[2] = 1
            return self.kind in BROADCAST_KINDS and _fits_scalar(self.kind, value)
        if self.kind == "Optional[Tensor]":
            return all(item is None or _fits_scalar("Tensor", item) for item in value)
        return all(_fits_scalar(self.kind, item) for item in value)


@functools.cache
def parameters_of(name: str) -> dict[str, Parameter]:
    """Return the arguments that an operation takes, by name, in their order."""
    parameters = {}
    for argument in operator_of(name)._schema.arguments:
        text = kind = str(argument.real_type)
        is_optional = kind.startswith("Optional[")
        if is_optional:
            kind = kind[len("Optional[") : -1]
        is_list = kind.startswith("List[")
        if is_list:
            kind = kind[len("List[") : -1]
        parameters[argument.name] = Parameter(
            name=argument.name,
            kind=kind,
            text=text,
            is_list=is_list,
            is_optional=is_optional,
            is_positional=not argument.kwarg_only,
            is_required=not argument.has_default_value(),
            plain_types=PLAIN_TYPES.get(kind, NO_TYPES) if not is_list else NO_TYPES,
        )
    return parameters


@functools.cache
def _positional(name: str) -> tuple[Parameter, ...]:
    """Return the arguments that an operation takes by position."""
    return tuple(each for each in parameters_of(name).values() if each.is_positional)


@functools.cache
def _required_besides(name: str, count: int) -> frozenset[str]:
    """Return the names of the arguments that an operation needs, but the first by position."""
    given = {each.name for each in _positional(name)[:count]}
    return frozenset(
        each.name
        for each in parameters_of(name).values()
        if each.is_required and each.name not in given
    )


def check_arguments(name: str, args: tuple[Argument, ...], kwargs: dict[str, Argument]) -> None:
    """Raise BadArgument unless the arguments fit the schema of the operation."""
    positional = _positional(name)
    if len(args) > len(positional):
        raise BadArgument(f"{name} takes at most {len(positional)} arguments by position")
    for parameter, value in zip(positional, args, strict=False):
        if not parameter.fits(value):
            raise BadArgument(f"{name}: {parameter.name} must be {parameter.text}")
    for key, value in kwargs.items():
        known = parameters_of(name).get(key)
        if known is None or known in positional[: len(args)]:
            raise BadArgument(f"{name} takes no further argument {key[:MAX_TEXT_CHARS]!a}")
        if not known.fits(value):
            raise BadArgument(f"{name}: {key} must be {known.text}")
    missing = _required_besides(name, len(args)).difference(kwargs)
    if missing:
        raise BadArgument(f"{name} needs {min(missing)}")


def _fits_scalar(kind: str, value: Argument) -> bool:
    if kind == "Tensor" and isinstance(value, Ref):
        return True
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
        return _fits_scalar("number", value)
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
