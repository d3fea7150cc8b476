"""Cuts of a recorded network: tensors from which the rest follows, known by all that led to them.

A cut has a digest of every operation before it, in their order, with their arguments, and with
digests of the weights that they take. Networks with equal digests compute the same there, whoever
handed them in. Names and numbers do not count, and nothing after the cut does.

Only such a tensor is a cut that alone leads on from the input, that holds a row for each image, and
whose norms are folded into the same convolutions as in the whole network. Of those between which
nothing takes a weight, the first of the smallest is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import torch

from autograder.programs.dependence import returns_view, written_by
from autograder.programs.inference import foldable
from autograder.programs.per_image import Rows
from autograder.programs.program_data import (
    Argument,
    Operation,
    ProgramData,
    Recording,
    Ref,
    TensorSpec,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A tensor of a program from which, with weights, all that follows is computed."""

    position: int  # how many operations come before it
    number: int  # of the tensor
    digest: str  # of the operations before it, and of all that they take
    block_bytes: int  # of one image's values


def cuts_of(data: ProgramData, digests: Mapping[int, str]) -> list[Cut]:
    """Return the cuts of a network with one input, in their order; none where images mix at once.

    `digests` are those of the values of parameters, buffers and constants, by number.
    """
    if len(data.inputs) != 1 or data.result is None or data.inputs[0].shape[:1] in ((), (1,)):
        return []
    rows, history, roots = Rows(data), _History(data, digests), _roots_of(data)
    last_uses, separated, names = _last_uses(data), _separated(data), data.names
    made = {0}  # what leads on from the input: the input itself, and what operations wrote
    found: dict[int, Cut] = {}  # by the number of operations before it that take a weight
    weighted = 0
    for index, operation in enumerate(data.operations):
        if not rows.follow(operation):
            break
        history.add(operation)
        made.update((*operation.outputs, *written_by(operation)))
        weighted += not names.keys().isdisjoint(operation.sources)
        alive = [number for number in made if last_uses.get(number, -1) > index]
        if len(alive) != 1 or index in separated:
            continue
        (number,) = alive
        is_own = roots.get(number, number) not in history.given
        block_bytes = data.specs[number].bytes // rows.size
        is_smaller = weighted not in found or block_bytes < found[weighted].block_bytes
        if is_own and is_smaller and _is_kept(number, rows):
            digest = history.digest_at(number)
            found[weighted] = Cut(
                position=index + 1, number=number, digest=digest, block_bytes=block_bytes
            )
    return list(found.values())


def _is_kept(number: int, rows: Rows) -> bool:
    return number in rows.numbers and rows.data.specs[number].dtype == torch.float32


def _last_uses(data: ProgramData) -> dict[int, int]:
    """Return the position of the last operation that takes or writes each tensor."""
    last: dict[int, int] = {}
    for index, operation in enumerate(data.operations):
        last.update(dict.fromkeys((*operation.sources, *operation.outputs), index))
    assert data.result is not None
    last[data.result] = len(data.operations)
    return last


def _separated(data: ProgramData) -> set[int]:
    """Return the positions after which a cut would part a convolution from its norm."""
    return {
        index for before, norm in foldable(data) for index in range(before, norm)
    } | _unlike_the_whole(data)


def _unlike_the_whole(data: ProgramData) -> set[int]:
    """Return the positions after which the parts would fold other norms than the whole does.

    A weight that is used on both sides is not folded in the whole, and would be in a part.
    """
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for index, operation in enumerate(data.operations):
        for number in operation.sources:
            if number in data.names:
                first.setdefault(number, index)
                last[number] = index
    return {index for number in first for index in range(first[number], last[number])}


def _roots_of(data: ProgramData) -> dict[int, int]:
    """Return, for each view, the tensor whose memory it shows."""
    roots: dict[int, int] = {}
    for operation in data.operations:
        value = operation.args[0] if operation.args else None
        if isinstance(value, Ref) and returns_view(operation.name):
            for number in operation.outputs:
                if number != value.number:
                    roots.setdefault(number, roots.get(value.number, value.number))
    return roots


class _History:
    """The digest of the operations so far."""

    def __init__(self, data: ProgramData, digests: Mapping[int, str]) -> None:
        named = range(len(data.inputs) + len(data.tensors))
        self.given = {*named, *data.constants}  # numbers of what no operation made
        self._data = data
        self._digests = digests
        self._places: dict[int, str] = {0: f"input {_shown(data.inputs[0])}"}
        self._digest = hashlib.sha256()

    def add(self, operation: Operation) -> None:
        """Take the next operation into the digest."""
        args = [self._word(value) for value in operation.args]
        kwargs = [f"{key}={self._word(value)}" for key, value in sorted(operation.kwargs.items())]
        outputs = [self._place(number) for number in operation.outputs]
        line = f"{operation.name}({', '.join([*args, *kwargs])}) -> {', '.join(outputs)}\n"
        self._digest.update(line.encode())

    def digest_at(self, number: int) -> str:
        """Return the digest of what led to a tensor."""
        digest = self._digest.copy()
        digest.update(self._place(number).encode())
        return digest.hexdigest()

    def _word(self, value: Argument) -> str:
        if isinstance(value, Ref):
            return self._place(value.number)
        if isinstance(value, list):
            return f"[{', '.join(map(self._word, value))}]"
        return f"{type(value).__name__} {value!r}"

    def _place(self, number: int) -> str:
        """Return what stands for a tensor: when it came first, and its values if they are given."""
        if number not in self._places:
            given = f" {self._digests[number]}" if number in self.given else ""
            shown = _shown(self._data.specs[number])
            self._places[number] = f"#{len(self._places)} {shown}{given}"
        return self._places[number]


def _shown(spec: TensorSpec) -> str:
    return f"{spec.dtype}{list(spec.shape)}"


# ---------------------------------------------------------------- stages


def stage_of(recording: Recording, start: Cut | None, stop: Cut | None) -> Recording:
    """Return the part of a network between two cuts, as a network of its own.

    None stands for the input, and for the result. It has the parameters and buffers that it takes.
    """
    data = recording.data
    operations = data.operations[_position(start, 0) : _position(stop, len(data.operations))]
    source = 0 if start is None else start.number
    result = data.result if stop is None else stop.number
    assert result is not None
    used = {number for each in operations for number in (*each.sources, *each.outputs)} | {result}
    named = [number for number in data.names if number in used and number != source]
    constants = [number for number in data.constants if number in used and number != source]
    made = dict.fromkeys(number for each in operations for number in each.outputs)
    order = dict.fromkeys((source, *named, *constants, *made, result))
    numbers = {number: place for place, number in enumerate(order)}
    first_named = len(data.inputs)
    values = dict(zip(data.constants, recording.constants, strict=True))
    stage = ProgramData(
        inputs=(_unnamed(data.specs[source]),),
        tensors=tuple(data.tensors[number - first_named] for number in named),
        constants=tuple(numbers[number] for number in constants),
        operations=tuple(_renumbered(each, numbers) for each in operations),
        specs={place: data.specs[number] for number, place in numbers.items()},
        result=numbers[result],
    )
    return Recording(data=stage, constants=tuple(values[number] for number in constants))


def _position(cut: Cut | None, otherwise: int) -> int:
    return otherwise if cut is None else cut.position


def _unnamed(spec: TensorSpec) -> TensorSpec:
    return TensorSpec(shape=spec.shape, dtype=spec.dtype)


def _renumbered(operation: Operation, numbers: Mapping[int, int]) -> Operation:
    return replace(
        operation,
        args=tuple(_renumbered_argument(value, numbers) for value in operation.args),
        kwargs={
            key: _renumbered_argument(value, numbers) for key, value in operation.kwargs.items()
        },
        outputs=tuple(_each(operation.outputs, numbers)),
    )


def _each(outputs: Iterable[int], numbers: Mapping[int, int]) -> list[int]:
    return [numbers[number] for number in outputs]


def _renumbered_argument(value: Argument, numbers: Mapping[int, int]) -> Argument:
    if isinstance(value, Ref):
        return Ref(numbers[value.number])
    if isinstance(value, list):
        return [_renumbered_argument(item, numbers) for item in value]
    return value
