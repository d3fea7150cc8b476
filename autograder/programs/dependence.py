"""Dependence in a program: which of its tensors were computed from which inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from autograder.programs.encoding import numbers_in
from autograder.programs.operators import operator_of
from autograder.programs.program_data import SEED_OPERATION, Operation, ProgramData, Ref

OVERWRITING_KINDS = frozenset(("zero_", "fill_", "copy_"))
STATISTICS = (3, 4)  # arguments that a batch norm writes, whatever its schema says
TRAINING = 5  # the argument of a batch norm that says whether it is in train mode


def dependents(data: ProgramData, sources: Iterable[int], numbers: Mapping[str, int]) -> set[str]:
    """Return the names in `numbers` whose tensors, at the end, depend on `sources`.

    Numbers and sources are those of the program. Views share the memory of their tensor: what is
    written through one is read through the others. A tensor that is overwritten as a whole forgets
    what it depended on.
    """
    roots: dict[int, int] = {}  # of views: the tensor whose memory they show

    def root(number: int) -> int:
        return roots.get(number, number)

    reached = set(sources)
    for operation in data.operations:
        if operation.name == SEED_OPERATION:
            continue
        _note_views(operation, roots)
        used = numbers_in((*operation.args, *operation.kwargs.values()))
        depends = any(root(number) in reached for number in used)
        written = {root(number) for number in (*operation.outputs, *_written(operation))}
        if depends and not _forgets(operation, reached, root(used[0]), root(used[-1])):
            reached |= written
        elif operation.kind in OVERWRITING_KINDS and used and used[0] not in roots:
            reached.discard(used[0])
    return {name for name, number in numbers.items() if root(number) in reached}


def _forgets(operation: Operation, reached: set[int], target: int, source: int) -> bool:
    """Return whether an operation overwrites its target with what does not depend."""
    if operation.kind not in OVERWRITING_KINDS or not isinstance(operation.args[0], Ref):
        return False
    is_whole = operation.args[0].number == target
    return is_whole and (source == target or source not in reached)


def _note_views(operation: Operation, roots: dict[int, int]) -> None:
    """Note the outputs of an operation that show the memory of its first argument."""
    schema = operator_of(operation.name)._schema
    first = operation.args[0] if operation.args else None
    if not isinstance(first, Ref):
        return
    returns_view = any(
        value.alias_info is not None and not value.alias_info.is_write for value in schema.returns
    )
    if returns_view:
        for number in operation.outputs:
            if number != first.number:
                roots.setdefault(number, roots.get(first.number, first.number))


def _written(operation: Operation) -> list[int]:
    """Return the numbers of arguments that an operation writes."""
    written: list[int] = []
    arguments = operator_of(operation.name)._schema.arguments
    by_position = {a.name: value for a, value in zip(arguments, operation.args, strict=False)}
    given = {**by_position, **operation.kwargs}
    for argument in arguments:
        is_written = argument.alias_info is not None and argument.alias_info.is_write
        if is_written and argument.name in given:
            written += numbers_in([given[argument.name]])
    if _moves_statistics(operation):
        for position in STATISTICS:
            written += numbers_in([operation.args[position]])
    return written


def _moves_statistics(operation: Operation) -> bool:
    """Return whether an operation is a batch norm in train mode."""
    if operation.kind == "_batch_norm_with_update":
        return True
    is_norm = operation.kind in ("native_batch_norm", "_native_batch_norm_legit")
    return is_norm and len(operation.args) > TRAINING and operation.args[TRAINING] is True
