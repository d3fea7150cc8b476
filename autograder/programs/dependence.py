"""Dependence in a program: which of its tensors were computed from which inputs."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence

from autograder.programs.modes import is_training_norm
from autograder.programs.operators import operator_of
from autograder.programs.program_data import SEED_OPERATION, Operation, ProgramData, Ref, numbers_in

OVERWRITING_KINDS = frozenset(("zero_", "fill_", "copy_"))
STATISTICS = (3, 4)  # arguments that a batch norm writes, whatever its schema says


class Spread:
    """What depends on some tensors of a program, while its operations are gone through in order.

    Views share the memory of their tensor: what is written through one is read through the others.
    A tensor that is overwritten as a whole forgets what it depended on.
    """

    def __init__(self, sources: Iterable[int]) -> None:
        """Take the numbers of the tensors on which others may depend."""
        self._roots: dict[int, int] = {}  # of views: the tensor whose memory they show
        self._reached = set(sources)

    def reaches(self, number: int) -> bool:
        """Return whether a tensor depends on the sources at this moment."""
        return self._root(number) in self._reached

    def follow(self, operation: Operation, *, starts: bool = False) -> bool:
        """Go on past an operation; return whether it takes what depends on the sources.

        One that `starts` is a source itself, whatever it takes.
        """
        if operation.name == SEED_OPERATION:
            return False
        _note_views(operation, self._roots)
        used = operation.sources
        depends = starts or any(self.reaches(number) for number in used)
        if depends and not self._forgets(operation, used):
            written = (*operation.outputs, *written_by(operation))
            self._reached |= {self._root(number) for number in written}
        elif operation.kind in OVERWRITING_KINDS and used and used[0] not in self._roots:
            self._reached.discard(used[0])
        return depends

    def _root(self, number: int) -> int:
        return self._roots.get(number, number)

    def _forgets(self, operation: Operation, used: Sequence[int]) -> bool:
        """Return whether an operation overwrites its target with what does not depend."""
        if operation.kind not in OVERWRITING_KINDS or not isinstance(operation.args[0], Ref):
            return False
        target, source = self._root(used[0]), self._root(used[-1])
        is_whole = operation.args[0].number == target
        return is_whole and (source == target or source not in self._reached)


def dependents(data: ProgramData, sources: Iterable[int], numbers: Mapping[str, int]) -> set[str]:
    """Return the names in `numbers` whose tensors, at the end, depend on `sources`."""
    sources = list(sources)
    if not sources:
        return set()
    spread = Spread(sources)
    for operation in data.operations:
        spread.follow(operation)
    return {name for name, number in numbers.items() if spread.reaches(number)}


@functools.cache
def returns_view(name: str) -> bool:
    """Return whether an operation shows the memory of its first argument."""
    returns = operator_of(name)._schema.returns
    return any(value.alias_info is not None and not value.alias_info.is_write for value in returns)


@functools.cache
def _written_arguments(name: str) -> tuple[tuple[int, str], ...]:
    """Return position and name of the arguments that an operation writes."""
    arguments = operator_of(name)._schema.arguments
    return tuple(
        (position, argument.name)
        for position, argument in enumerate(arguments)
        if argument.alias_info is not None and argument.alias_info.is_write
    )


def _note_views(operation: Operation, roots: dict[int, int]) -> None:
    """Note the outputs of an operation that show the memory of its first argument."""
    first = operation.args[0] if operation.args else None
    if isinstance(first, Ref) and returns_view(operation.name):
        for number in operation.outputs:
            if number != first.number:
                roots.setdefault(number, roots.get(first.number, first.number))


def written_by(operation: Operation) -> list[int]:
    """Return the numbers of arguments that an operation writes."""
    written: list[int] = []
    for position, name in _written_arguments(operation.name):
        written += numbers_in(operation.args[position : position + 1])
        if name in operation.kwargs:
            written += numbers_in([operation.kwargs[name]])
    if is_training_norm(operation):
        for position in STATISTICS:
            written += numbers_in([operation.args[position]])
    return written
