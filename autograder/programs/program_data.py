"""A recorded program (both sides): tensors by number, and the operations between them.

The numbers of a program count its inputs first, then its parameters and buffers. Constants and the
outputs of operations get the next numbers as they appear. An operation that works in place gives an
earlier number as its output.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import torch

MAX_OPERATIONS = 60_000  # of one program
SEED_OPERATION = "random.manual_seed.default"  # seeds the generator of random numbers


@dataclass(frozen=True, slots=True)
class Ref:
    """A tensor of the program, as an argument of an operation."""

    number: int


# An argument of an operation: a tensor, a plain value, or a list of arguments.
Argument: TypeAlias = (
    "Ref | bool | int | float | str | torch.dtype | torch.layout | torch.device"
    " | torch.memory_format | list[Argument] | None"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorSpec:
    """Shape and dtype of a tensor, and its name where it is a parameter or a buffer."""

    shape: tuple[int, ...]
    dtype: torch.dtype
    name: str = ""
    is_parameter: bool = False
    trainable: bool = False  # whether a parameter asked for a gradient

    @property
    def bytes(self) -> int:
        """How many bytes its values take."""
        return math.prod(self.shape) * self.dtype.itemsize


# Without slots: what follows from its fields is kept. Not frozen: a frozen one takes twice as long
# to make, and a training has thousands.
@dataclass(kw_only=True)
class Operation:
    """One ATen operation, which nothing changes."""

    name: str  # with its overload: "aten.convolution.default"
    args: tuple[Argument, ...]
    kwargs: dict[str, Argument]
    outputs: tuple[int, ...]  # numbers of the tensors that it returned
    grad: bool  # whether gradients were recorded

    @property
    def kind(self) -> str:
        """The name without namespace and overload: "convolution"."""
        return _kind_of(self.name)

    @property
    def tensors(self) -> tuple[int, ...]:
        """The numbers of the tensors among its arguments, without those in lists."""
        return tuple(value.number for value in self.args if isinstance(value, Ref))

    @property
    def sources(self) -> Sequence[int]:
        """The numbers of all tensors in its arguments."""
        known: Sequence[int] | None = self.__dict__.get("_sources")
        if known is None:  # `cached_property` takes a lock before Python 3.12
            known = numbers_in((*self.args, *self.kwargs.values()))
            self.__dict__["_sources"] = known
        return known


@functools.cache
def _kind_of(name: str) -> str:
    return name.split(".")[1]


def numbers_in(arguments: Sequence[Argument]) -> list[int]:
    """Return the numbers of the tensors in arguments."""
    numbers: list[int] = []
    for value in arguments:
        if isinstance(value, Ref):
            numbers.append(value.number)
        elif isinstance(value, list):
            numbers += numbers_in(value)
    return numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramData:
    """What a network computed for one example, or what a training did."""

    inputs: tuple[TensorSpec, ...]
    tensors: tuple[TensorSpec, ...]  # parameters and buffers, numbered after the inputs
    constants: tuple[int, ...]  # numbers of tensors that are neither, in the order of appearance
    operations: tuple[Operation, ...]
    specs: dict[int, TensorSpec]  # of every number
    result: int | None  # number of the tensor that was returned; None: no tensor was
    result_type: str = "Tensor"  # the type of what was returned

    @property
    def names(self) -> dict[int, str]:
        """The names of parameters and buffers, by number."""
        return dict(enumerate((spec.name for spec in self.tensors), start=len(self.inputs)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A program with the values of its constants, in the order of `ProgramData.constants`."""

    data: ProgramData
    constants: tuple[torch.Tensor, ...]
