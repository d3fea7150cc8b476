"""The layers of a program: convolutions, norms and linear maps, with their parameters by name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from autograder.programs.program_data import Operation, ProgramData, Ref

# Operations that show the same tensor in another way.
VIEW_KINDS = frozenset(
    {
        *("t", "transpose", "permute", "view", "_unsafe_view", "_reshape_alias"),
        *("reshape", "detach", "alias", "contiguous", "expand", "clone", "squeeze"),
        *("unsqueeze", "flatten", "_to_copy", "lift_fresh"),
    }
)


class LayerKind(StrEnum):
    """The kinds of layers that a program is searched for."""

    CONVOLUTION = "convolution"
    NORM = "norm"
    LINEAR = "linear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer as it was used: which tensors it takes, by name, and what it joins.

    A tensor that is neither parameter nor buffer, such as a computed weight, has the name None.
    """

    kind: LayerKind
    index: int  # of its operation
    weight: str | None
    bias: str | None = None
    mean: str | None = None  # running statistics of a norm
    variance: str | None = None
    stride: tuple[int, ...] = ()  # of a convolution
    eps: float | None = None  # of a norm
    input: int  # number of the tensor that it takes, and of the one that it makes
    output: int


def layers_of(data: ProgramData) -> tuple[Layer, ...]:
    """Return the layers of a program in the order in which it uses them."""
    names = origins_of(data)
    layers = []
    for index, operation in enumerate(data.operations):
        layer = _layer(index, operation, names)
        if layer is not None:
            layers.append(layer)
    return tuple(layers)


def origins_of(data: ProgramData) -> dict[int, str]:
    """Return the parameter or buffer that a number shows, for each number that shows one."""
    names = data.names
    for operation in data.operations:
        first = operation.args[0] if operation.args else None
        shows = operation.kind in VIEW_KINDS and isinstance(first, Ref) and first.number in names
        if shows and isinstance(first, Ref):
            for number in operation.outputs:
                names.setdefault(number, names[first.number])
    return names


def _layer(index: int, operation: Operation, names: dict[int, str]) -> Layer | None:
    args, kind = operation.args, operation.kind

    def name(position: int) -> str | None:
        value = args[position] if position < len(args) else None
        return names.get(value.number) if isinstance(value, Ref) else None

    def number(position: int) -> int:
        value = args[position]
        return value.number if isinstance(value, Ref) else -1

    if not operation.outputs:
        return None
    output = operation.outputs[0]
    if kind == "convolution":
        stride = args[3] if isinstance(args[3], list) else [args[3]]
        return Layer(
            kind=LayerKind.CONVOLUTION,
            index=index,
            weight=name(1),
            bias=name(2),
            stride=tuple(size for size in stride if isinstance(size, int)),
            input=number(0),
            output=output,
        )
    if "batch_norm" in kind and "backward" not in kind:
        return Layer(
            kind=LayerKind.NORM,
            index=index,
            weight=name(1),
            bias=name(2),
            mean=name(3),
            variance=name(4),
            eps=args[-1] if isinstance(args[-1], float) else None,
            input=number(0),
            output=output,
        )
    if kind == "addmm":
        return Layer(
            kind=LayerKind.LINEAR,
            index=index,
            weight=name(2),
            bias=name(0),
            input=number(1),
            output=output,
        )
    if kind in ("mm", "bmm", "matmul") and name(1) is not None:
        return Layer(
            kind=LayerKind.LINEAR, index=index, weight=name(1), input=number(0), output=output
        )
    return None
