"""The first difference between two networks: in what they do, not in their weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.drawing.order import digests_of
from autograder.model import NetworkGraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first nodes of two networks that the other one does not have.

    None stands for the end: what the network returns is in the other one, too, but goes on there.
    """

    student: int | None
    right: int | None


def first_difference(student: NetworkGraph, right: NetworkGraph) -> Difference | None:
    """Return where two networks begin to differ; None where they do the same."""
    ours, theirs = digests_of(student), digests_of(right)
    if ours[student.output] == theirs[right.output]:
        return None
    return Difference(student=_first_not_in(ours, theirs), right=_first_not_in(theirs, ours))


def _first_not_in(digests: Sequence[str], others: Sequence[str]) -> int | None:
    known = set(others)
    return next((place for place, digest in enumerate(digests) if digest not in known), None)


def nearest(student: NetworkGraph, rights: Sequence[NetworkGraph]) -> NetworkGraph | None:
    """Return the right network that shares most with a student's; None where one is equal."""
    if any(first_difference(student, right) is None for right in rights):
        return None
    ours = set(digests_of(student))
    return max(rights, key=lambda right: len(ours & set(digests_of(right))), default=None)
