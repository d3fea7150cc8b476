"""What an operation of a program is to people: its kind, and the settings that count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from autograder.model import Settings
from autograder.programs.layers import VIEW_KINDS
from autograder.programs.operators import RANDOM_KINDS
from autograder.programs.program_data import Operation, ProgramData, Ref

MAX_SIZES = 3  # of a kernel, a stride and the like
MAX_KIND_CHARS = 40
# Operations that give the same numbers in the same order.
SAME_KINDS = frozenset({"alias", "contiguous", "clone", "_to_copy", "lift_fresh", "to", "type_as"})
# Operations that take a tensor for nothing but its shape.
FILLING_KINDS = frozenset(
    {
        *("empty_like", "zeros_like", "ones_like", "full_like", "rand_like", "randn_like"),
        *("randint_like", "new_empty", "new_zeros", "new_ones", "new_full", "new_empty_strided"),
    }
)
RESHAPING_KINDS = frozenset(
    {
        *(VIEW_KINDS - SAME_KINDS - {"detach"}),
        *("movedim", "unflatten", "swapaxes", "swapdims", "repeat", "repeat_interleave"),
        *("expand_as", "view_copy", "permute_copy", "t_copy", "expand_copy", "as_strided"),
    }
)
PARTING_KINDS = frozenset(
    {
        *("split", "split_with_sizes", "unsafe_split", "chunk", "unsafe_chunk", "unbind"),
        *("select", "slice", "narrow", "index_select", "diagonal"),
    }
)
# The words for operations of another name. What is not here keeps its own.
PLAIN_KINDS = {
    "native_layer_norm": "layer_norm",
    "_fused_rms_norm": "rms_norm",
    "_softmax": "softmax",
    "_safe_softmax": "softmax",
    "_log_softmax": "log_softmax",
    "_prelu_kernel": "prelu",
    "log_sigmoid_forward": "log_sigmoid",
    "_scaled_dot_product_flash_attention_for_cpu": "attention",
    "_scaled_dot_product_attention_math": "attention",
    "_adaptive_avg_pool2d": "adaptive_average_pool",
    "adaptive_max_pool2d": "adaptive_max_pool",
    "upsample_nearest2d": "upsample",
    "_upsample_nearest_exact2d": "upsample",
    "upsample_bilinear2d": "upsample",
    "_upsample_bilinear2d_aa": "upsample",
    "upsample_bicubic2d": "upsample",
    "_upsample_bicubic2d_aa": "upsample",
    "constant_pad_nd": "pad",
    "reflection_pad2d": "pad",
    "replication_pad2d": "pad",
    "cat": "concatenate",
    "stack": "concatenate",
    "hstack": "concatenate",
    "vstack": "concatenate",
    "sub": "subtract",
    "mul": "multiply",
    "div": "divide",
    "true_divide": "divide",
    "bmm": "matmul",
    "mm": "matmul",
    "baddbmm": "matmul",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """An operation as it was used in a program."""

    data: ProgramData
    operation: Operation
    depends: Callable[[int], bool]  # whether a tensor comes from the network's input
    keeps: Callable[[int], float | None]  # of a random mask, how much it keeps; None: it is none

    def shape(self, position: int) -> tuple[int, ...]:
        """Return the shape of a tensor among the arguments; () where there is none."""
        number = self.number(position)
        return () if number is None else self.data.specs[number].shape

    def number(self, position: int) -> int | None:
        """Return the number of a tensor among the arguments; None where there is none."""
        args = self.operation.args
        value = args[position] if position < len(args) else None
        return value.number if isinstance(value, Ref) else None

    def sizes(self, position: int, default: tuple[int, ...] = ()) -> tuple[int, ...]:
        """Return an argument that is a size, or one for each side."""
        args = self.operation.args
        value = args[position] if position < len(args) else None
        sizes = value if isinstance(value, list) else [value]
        return tuple(size for size in sizes if type(size) is int)[:MAX_SIZES] or default

    def real(self, position: int) -> float | int | None:
        """Return an argument that is a number; None where it is another thing."""
        args = self.operation.args
        value = args[position] if position < len(args) else None
        return value if type(value) in (int, float) else None  # type: ignore[return-value]

    def is_fixed(self, position: int) -> bool:
        """Return whether an argument is a tensor that does not come from the network's input."""
        number = self.number(position)
        return number is not None and not self.depends(number)


Described: TypeAlias = tuple[str, Settings]


def describe(use: Use) -> Described:
    """Return the kind of an operation, and its settings."""
    name = use.operation.kind.removesuffix("_")
    if name in DESCRIBERS:
        return DESCRIBERS[name](use)
    if "batch_norm" in name:
        return "batch_norm", {}
    if name in RESHAPING_KINDS:
        return "reshape", {}
    if name in PARTING_KINDS:
        return "select", {}
    if name in RANDOM_KINDS:
        return "random", {}
    return PLAIN_KINDS.get(name, name.strip("_")[:MAX_KIND_CHARS]), {}


def weight_of(use: Use, kind: str) -> int | None:
    """Return the number of the tensor that an operation has as its weight; None: it has none."""
    if kind == "linear":
        last = 2 if use.operation.kind == "addmm" else 1
        return use.number(last)
    if kind in ("convolution", "transposed_convolution", "layer_norm", "batch_norm", "group_norm"):
        position = 2 if kind == "layer_norm" else 1
        number = use.number(position)
        return use.number(3) if number is None and kind == "batch_norm" else number
    return None


def _convolution(use: Use) -> Described:
    weight = use.shape(1)
    sides = len(weight) - 2
    if sides < 1 or not use.is_fixed(1):
        return "convolution", {}
    settings: dict[str, tuple[int, ...]] = {"kernel": weight[2:]}
    settings["stride"] = _each_side(use.sizes(3, (1,)), sides)
    settings["padding"] = _each_side(use.sizes(4, (0,)), sides)
    dilation = _each_side(use.sizes(5, (1,)), sides)
    if set(dilation) != {1}:
        settings["dilation"] = dilation
    groups = use.sizes(8, (1,))
    if groups != (1,):
        settings["groups"] = groups
    is_transposed = len(use.operation.args) > 6 and use.operation.args[6] is True
    return "transposed_convolution" if is_transposed else "convolution", settings


def _each_side(sizes: tuple[int, ...], sides: int) -> tuple[int, ...]:
    return sizes * sides if len(sizes) == 1 else sizes


def _pool(kind: str) -> Callable[[Use], Described]:
    def describe_pool(use: Use) -> Described:
        kernel = _each_side(use.sizes(1), 2)
        before, after = use.shape(0), use.data.specs[use.operation.outputs[0]].shape
        if kind == "average_pool" and kernel == before[-2:] and set(after[-2:]) == {1}:
            return "global_average", {}
        stride = _each_side(use.sizes(2, kernel), 2)
        padding = _each_side(use.sizes(3, (0,)), 2)
        return kind, {"kernel": kernel, "stride": stride, "padding": padding}

    return describe_pool


def _adaptive_average(use: Use) -> Described:
    after = use.data.specs[use.operation.outputs[0]].shape
    if set(after[-2:]) == {1}:
        return "global_average", {}
    return ("same" if after == use.shape(0) else "adaptive_average_pool"), {}


def _mean(use: Use) -> Described:
    before = use.shape(0)
    dims = {dim % len(before) for dim in use.sizes(1)} if before else set()
    if len(before) == 4 and dims == {2, 3}:
        return "global_average", {}
    return "mean", {"dimensions": tuple(sorted(dims))} if dims else {}


def _clamped(use: Use) -> Described:
    low, high = use.real(1), use.real(2)
    if use.operation.kind.startswith("hardtanh"):
        low, high = (-1 if low is None else low), (1 if high is None else high)
    if low == 0 and high is None:
        return "relu", {}
    if (low, high) == (0, 6):
        return "relu6", {}
    bounds = {"low": low, "high": high}
    return "clamp", {name: (bound,) for name, bound in bounds.items() if bound is not None}


def _product(use: Use) -> Described:
    name = use.operation.kind.removesuffix("_")
    both = [use.number(position) for position in (0, 1)]
    kind = PLAIN_KINDS[name]
    if None not in both and all(use.depends(number) for number in both if number is not None):
        return kind, {}
    for number in both:
        keep = None if number is None else use.keeps(number)
        if keep is not None:
            return "dropout", {"probability": (round(1 - keep, 6),)}
    factor = use.real(1)
    if factor == 1:
        return "same", {}
    if factor is not None:
        return ("scale" if kind == "multiply" else "divide_number"), {"factor": (factor,)}
    return f"{kind}_parameter", {}


def _sum(use: Use) -> Described:
    is_difference = use.operation.kind.startswith("sub")
    alpha = use.operation.kwargs.get("alpha", 1)
    factor: Settings = {}
    if type(alpha) in (int, float) and alpha != 1:
        factor = {"factor": (alpha,)}  # type: ignore[dict-item]
    both = [use.number(position) for position in (0, 1)]
    if None not in both and all(use.depends(number) for number in both if number is not None):
        return ("subtract" if is_difference else "add"), factor
    added = use.real(1)
    if added is not None:
        return "add_number", {"number": (-added if is_difference else added,)}
    return "add_parameter", factor


def _matmul(use: Use) -> Described:
    is_added = use.operation.kind in ("addmm", "baddbmm")
    return ("linear" if use.is_fixed(2 if is_added else 1) else "matmul"), {}


def _leaky_relu(use: Use) -> Described:
    slope = use.real(1)
    return "leaky_relu", {"slope": (0.01 if slope is None else slope,)}


def _native_dropout(use: Use) -> Described:
    probability = use.real(1)
    return "dropout", {} if probability is None else {"probability": (probability,)}


def _group_norm(use: Use) -> Described:
    return "group_norm", {"groups": use.sizes(6)}


DESCRIBERS: dict[str, Callable[[Use], Described]] = {
    "convolution": _convolution,
    "max_pool2d_with_indices": _pool("max_pool"),
    "max_pool2d": _pool("max_pool"),
    "avg_pool2d": _pool("average_pool"),
    "_adaptive_avg_pool2d": _adaptive_average,
    "mean": _mean,
    "hardtanh": _clamped,
    "clamp": _clamped,
    "clamp_min": _clamped,
    "mul": _product,
    "div": _product,
    "true_divide": _product,
    "add": _sum,
    "sub": _sum,
    "addmm": _matmul,
    "mm": _matmul,
    "bmm": _matmul,
    "baddbmm": _matmul,
    "matmul": _matmul,
    "linear": _matmul,
    "leaky_relu": _leaky_relu,
    "native_dropout": _native_dropout,
    "native_group_norm": _group_norm,
}
