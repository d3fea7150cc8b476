"""Parts of a program: what enters the operations that compute with some of its parameters."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from autograder.programs.dependence import Spread
from autograder.programs.operators import RANDOM_KINDS
from autograder.programs.program_data import ProgramData


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The operations that depend on some parameters and buffers, and what they take from before."""

    entrances: tuple[tuple[int, int], ...]  # index of an operation, number of what it takes
    is_last: bool  # whether the result of the program depends on these parameters


def part_of(data: ProgramData, names: Collection[str]) -> Part:
    """Return the part of a program that computes with the parameters and buffers `names`.

    Its entrances are tensors that depend on the inputs of the program, or on chance, and not on
    these parameters. Each is listed once, where it is first taken.
    """
    first = len(data.inputs)
    numbers = {spec.name: number for number, spec in enumerate(data.tensors, start=first)}
    inside = Spread(numbers[name] for name in names)
    carrying = Spread(range(first))
    entrances: dict[int, int] = {}
    for index, operation in enumerate(data.operations):
        used = operation.sources
        from_before = [n for n in used if carrying.reaches(n) and not inside.reaches(n)]
        if inside.follow(operation):
            for number in from_before:
                entrances.setdefault(number, index)
        carrying.follow(operation, starts=operation.kind in RANDOM_KINDS)
    return Part(
        entrances=tuple((index, number) for number, index in entrances.items()),
        is_last=data.result is not None and inside.reaches(data.result),
    )


def used_names(data: ProgramData) -> set[str]:
    """Return the parameters and buffers that operations of a program take."""
    used: set[int] = set()
    for operation in data.operations:
        used.update(operation.sources)
    return {name for number, name in data.names.items() if number in used}
