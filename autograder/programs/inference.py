"""Fast inference of a recorded network with fixed values: norms folded into convolutions,
channels last (both sides).

The result is the recorded network's but for rounding. Whoever uses it compares the two on a first
batch, because a program may depend on how its tensors lie in memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from autograder.programs.program_data import Operation, ProgramData, Recording, Ref
from autograder.programs.replayer import ReplayError, replay

# By which a faster way may differ: rounding gives 1e-4.
FAST_TOLERANCE = 1e-3
CONVOLUTION_KIND = "convolution"
NORM_KIND = "native_batch_norm"
# Positions of arguments.
CONVOLUTION_WEIGHT, CONVOLUTION_BIAS, CONVOLUTION_TRANSPOSED = 1, 2, 6
NORM_WEIGHT, NORM_BIAS, NORM_MEAN, NORM_VARIANCE, NORM_TRAINS, NORM_EPSILON = 1, 2, 3, 4, 5, 7
# Operations that may show a tensor in another shape, where its memory allows that.
VIEWING_NAMES = frozenset({"aten.view.default", "aten._unsafe_view.default"})

Values = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedNetwork:
    """A program with the values of its parameters and buffers."""

    recording: Recording
    values: Values
    is_channels_last: bool = False

    def __call__(self, x: Tensor) -> Tensor:
        """Return the output for a batch of the recorded shape; ReplayError where there is none."""
        data = self.recording.data
        if data.result is None:
            raise ReplayError(f"it returns a {data.result_type}")
        if self.is_channels_last:
            x = x.contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            # The program may work in place on its input and on its buffers.
            changed = {name for name in self._written if name in self.values}
            values = {**self.values, **{name: self.values[name].clone() for name in changed}}
            return replay(self.recording, [x.clone()], values, frees=True)

    @property
    def _written(self) -> set[str]:
        """The parameters and buffers that operations change."""
        data = self.recording.data
        names = data.names
        written = {number for operation in data.operations for number in operation.outputs}
        return {name for number, name in names.items() if number in written}


def fastest(plain: FixedNetwork, x: Tensor) -> tuple[FixedNetwork, Tensor]:
    """Return the fastest way that agrees with `plain` on a batch, and its output.

    So an output depends on the batch alone, and not on whether it was the first one.
    """
    expected = plain(x)
    folded = fold_norms(plain)
    for faster in (channels_last(folded), channels_last(plain), folded):
        try:
            output = faster(x)
            if torch.allclose(output, expected, rtol=FAST_TOLERANCE, atol=FAST_TOLERANCE):
                return faster, output
        except (ReplayError, RuntimeError):  # it depends on how its tensors lie in memory
            continue
    return plain, expected


def channels_last(network: FixedNetwork) -> FixedNetwork:
    """Return a network whose images and weights lie in memory pixel by pixel."""
    values = {
        name: value.contiguous(memory_format=torch.channels_last) if value.dim() == 4 else value
        for name, value in network.values.items()
    }
    recording = _with_operations(
        network.recording, [_reshaping(each) for each in network.recording.data.operations]
    )
    return FixedNetwork(recording=recording, values=values, is_channels_last=True)


def _reshaping(operation: Operation) -> Operation:
    """Return an operation that gives another shape, however its tensor lies in memory."""
    if operation.name in VIEWING_NAMES:
        return replace(operation, name="aten.reshape.default")
    return operation


# ---------------------------------------------------------------- norms


def fold_norms(network: FixedNetwork) -> FixedNetwork:
    """Return a network in which convolutions do what the norms after them did.

    The folded weight takes the place of the convolution's, and the folded bias that of the norm's.
    """
    data = network.recording.data
    names, values = data.names, dict(network.values)
    replaced: dict[int, Operation | None] = {}  # by the position of an operation
    for first, second in foldable(data):
        before, norm = data.operations[first], data.operations[second]
        weight, bias = _folded_values(before, norm, names, network.values)
        values[_name(before, CONVOLUTION_WEIGHT, names)] = weight
        values[_name(norm, NORM_BIAS, names)] = bias
        args = list(before.args)
        args[CONVOLUTION_BIAS] = norm.args[NORM_BIAS]
        replaced[first] = replace(before, args=tuple(args), outputs=norm.outputs[:1])
        replaced[second] = None
    operations = [replaced.get(index, each) for index, each in enumerate(data.operations)]
    kept = [operation for operation in operations if operation is not None]
    return FixedNetwork(recording=_with_operations(network.recording, kept), values=values)


def foldable(data: ProgramData) -> list[tuple[int, int]]:
    """Return the positions of each convolution whose norm can be folded into it, and of the norm.

    They depend on the operations alone, not on values.
    """
    names, uses = data.names, _uses(data)
    made_by: dict[int, int] = {}  # the position of the operation that makes a tensor
    for index, operation in enumerate(data.operations):
        if operation.outputs:
            made_by[operation.outputs[0]] = index
    pairs = []
    for index, norm in enumerate(data.operations):
        first = norm.args[0] if norm.args else None
        before = made_by.get(first.number) if isinstance(first, Ref) else None
        if before is not None and _can_fold(data.operations[before], norm, data, names, uses):
            pairs.append((before, index))
    return pairs


def _can_fold(
    before: Operation,
    norm: Operation,
    data: ProgramData,
    names: Mapping[int, str],
    uses: Mapping[int, int],
) -> bool:
    """Return whether a norm in eval mode follows a convolution, and nothing else uses the parts."""
    if before.kind != CONVOLUTION_KIND or norm.kind != NORM_KIND:
        return False
    if before.args[CONVOLUTION_TRANSPOSED] or norm.args[NORM_TRAINS]:
        return False
    parts = [before.args[CONVOLUTION_WEIGHT], *norm.args[NORM_WEIGHT : NORM_VARIANCE + 1]]
    if before.args[CONVOLUTION_BIAS] is not None:
        parts.append(before.args[CONVOLUTION_BIAS])
    are_fixed = all(isinstance(part, Ref) and part.number in names for part in parts)
    are_own = all(uses[part.number] == 1 for part in parts if isinstance(part, Ref))
    between, extra = before.outputs[0], norm.outputs[1:]
    is_inner = uses[between] == 1 and between != data.result
    return are_fixed and are_own and is_inner and all(not uses[number] for number in extra)


def _folded_values(
    before: Operation, norm: Operation, names: Mapping[int, str], values: Values
) -> tuple[Tensor, Tensor]:
    """Return weight and bias of a convolution that does what both did."""
    weight = values[_name(before, CONVOLUTION_WEIGHT, names)]
    gamma, beta, mean, variance = (
        values[_name(norm, position, names)].double()
        for position in (NORM_WEIGHT, NORM_BIAS, NORM_MEAN, NORM_VARIANCE)
    )
    epsilon = norm.args[NORM_EPSILON]
    assert isinstance(epsilon, float | int)
    scale = gamma / (variance + epsilon).sqrt()  # (channels,)
    shift: Tensor = beta - mean * scale
    if before.args[CONVOLUTION_BIAS] is not None:
        shift = shift + values[_name(before, CONVOLUTION_BIAS, names)].double() * scale
    folded = weight.double() * scale.reshape(-1, *[1] * (weight.dim() - 1))
    return folded.to(weight.dtype), shift.to(weight.dtype)


def _name(operation: Operation, position: int, names: Mapping[int, str]) -> str:
    value = operation.args[position]
    assert isinstance(value, Ref)
    return names[value.number]


def _uses(data: ProgramData) -> Counter[int]:
    """Return how often each number is an argument, or the output of a change in place."""
    uses: Counter[int] = Counter()
    made: set[int] = set(range(len(data.inputs) + len(data.tensors)))
    for operation in data.operations:
        numbers = operation.sources
        uses.update(numbers)
        uses.update(number for number in operation.outputs if number in made)
        made.update(operation.outputs)
    return uses


def _with_operations(recording: Recording, operations: list[Operation]) -> Recording:
    data = replace(recording.data, operations=tuple(operations))
    return Recording(data=data, constants=recording.constants)
