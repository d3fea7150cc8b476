"""The hand-ins that wait for judges: a list that is known, or a stream that others fill."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from autograder.grading.graded import Graded
from autograder.handin.intake import HandIn
from autograder.model import SubmittedFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A hand-in that is not graded any more: it was lost too often, or it cannot be read."""

    student: str
    assignment: str
    evidence: str


# What a judge gets: a hand-in that it reads, files that were read on another machine, or a hand-in
# that only gets the sheet of a fault of the harness.
ToGrade: TypeAlias = HandIn | SubmittedFiles | SetAside


class Waiting(Protocol):
    """Hand-ins of one assignment, from which the pool of judges takes one after the other."""

    def take(self) -> ToGrade | None:
        """Return the next hand-in; None where none waits now."""

    def most(self, jobs: int) -> int:
        """Return how many judges are of use, `jobs` at most; 0 where no hand-in will come."""

    def wait(self, in_hand: Collection[Future[Graded]], *, can_take: bool) -> None:
        """Wait until one of the futures is done or, if the caller can take one, a hand-in came."""


class ListedHandIns:
    """Hand-ins that are all known; the default."""

    def __init__(self, hand_ins: Iterable[ToGrade]) -> None:
        self._waiting = deque(hand_ins)

    def take(self) -> ToGrade | None:
        """Return the next hand-in; None after the last one."""
        return self._waiting.popleft() if self._waiting else None

    def most(self, jobs: int) -> int:
        """Return how many judges are of use: not more than there are hand-ins."""
        return min(jobs, len(self._waiting))

    def wait(self, in_hand: Collection[Future[Graded]], *, can_take: bool) -> None:
        """Wait until one of the futures is done; no hand-in comes later."""
        wait(in_hand, return_when=FIRST_COMPLETED)
