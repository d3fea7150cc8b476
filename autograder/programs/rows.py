"""Rows of an input: which of its images a training used for what its model is at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from torch import Tensor

from autograder.programs.dependence import returns_view, written_by
from autograder.programs.program_data import Operation, ProgramData, Ref


def rows_used(
    data: ProgramData, source: int, ends: Iterable[int], constants: Sequence[Tensor]
) -> set[int]:
    """Return the rows of the input `source` from which the tensors `ends` were computed.

    An operation that takes the input in a way that does not say its rows uses all of them. What was
    overwritten later counts: the answer may have more rows than mattered, and never fewer.
    """
    count = data.inputs[source].shape[0]
    values = dict(zip(data.constants, constants, strict=True))
    roots = _roots(data, source)
    needed = {roots.get(number, number) for number in ends}
    rows: set[int] = set()
    for operation in reversed(data.operations):
        changed = (*operation.outputs, *written_by(operation))
        if not needed.intersection(roots.get(number, number) for number in changed):
            continue
        needed.update(roots.get(number, number) for number in operation.sources)
        if source in operation.sources:
            rows.update(_rows_of(operation, source, count, values))
    return rows


def _roots(data: ProgramData, source: int) -> dict[int, int]:
    """Return, for each view, the tensor whose memory it shows.

    A view of the input itself stands alone: it shows some of the rows.
    """
    roots: dict[int, int] = {}
    for operation in data.operations:
        first = operation.args[0] if operation.args else None
        if isinstance(first, Ref) and first.number != source and returns_view(operation.name):
            root = roots.get(first.number, first.number)
            roots.update(dict.fromkeys(operation.outputs, root))
    return roots


def _rows_of(
    operation: Operation, source: int, count: int, values: Mapping[int, Tensor]
) -> Iterable[int]:
    """Return the rows that an operation takes of its input."""
    every = range(count)
    if operation.kwargs:
        return every
    match operation.kind, operation.args:
        case "select", (Ref(number), 0, int(row)) if number == source:
            return [row % max(count, 1)]  # of a forged program, it may be any number
        case "slice", (Ref(number), 0, int(start), int(stop), *step) if number == source:
            return every[start:stop] if not step else every
        case "index_select", (Ref(number), 0, Ref(index)) if number == source and index in values:
            return _indexed(values[index], every) if count else every
        case "index", (Ref(number), [Ref(index)]) if number == source and index in values:
            return _indexed(values[index], every) if count else every
    return every


def _indexed(index: Tensor, every: range) -> Iterable[int]:
    if index.is_floating_point() or index.dim() != 1:
        return every
    if index.dtype.itemsize == 1:  # a mask
        return [row for row, is_taken in zip(every, index.tolist(), strict=False) if is_taken]
    return [row % len(every) for row in index.tolist()]
