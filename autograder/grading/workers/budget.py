"""The budget of one submission: its seconds, and the failed workers that a criterion may have."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from autograder.errors import StudentError, TimeExceeded, TimeLimit
from autograder.model import Limits

# Of wall_measure that a single answer may take: a model that hangs costs no more.
MAX_ANSWER_SHARE = 1 / 20
MAX_ENDED_WORKERS = 2  # in one criterion: its later requests fail alike, without being sent


@dataclass(slots=True, kw_only=True)
class Spent:
    """What a check cost so far, in seconds."""

    answers: float = 0.0  # waiting for answers
    workers: float = 0.0  # starting workers, and importing the file in them
    judge: float = 0.0  # CPU time of the judge itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """Seconds that may pass, and the limit of time that sets them."""

    seconds: float
    limit: TimeLimit


class Budget:
    """What a submission costs, counted against its limits.

    Answers count against `wall_check` and `wall_submission`, or against `wall_measure`. All else is
    bounded by `reserve`: starting workers, importing the file in them, self-tests after a death,
    the judge's own CPU time.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._spent = Spent()  # on the check at hand
        self._measures = False
        self._criterion = ""
        self._answer_seconds = 0.0  # of all checks but those that measure
        self._reserve_seconds = 0.0  # used of the reserve
        self._ends: defaultdict[str, list[StudentError]] = defaultdict(list)  # by criterion

    def begin(self, criterion: str, *, measures: bool) -> None:
        """Begin a check; one that measures has a budget of its own."""
        self._criterion, self._measures = criterion, measures
        self._spent = Spent()

    @property
    def spent(self) -> Spent:
        """What the check at hand cost so far."""
        return replace(self._spent)

    def require_not_ended(self) -> None:
        """Raise the error that ended the criterion's workers, where that happened too often."""
        ends = self._ends[self._criterion]
        if len(ends) >= MAX_ENDED_WORKERS:
            evidence = f"not asked: {len(ends)} workers ended in this criterion before"
            raise ends[-1].repeated(evidence)

    def note_end(self, error: StudentError) -> None:
        """Record that a worker ended over the check at hand."""
        self._ends[self._criterion].append(error)

    def forgive(self) -> None:
        """Forget the last end and what the check at hand cost: it is run again."""
        del self._ends[self._criterion][-1:]
        if not self._measures:
            self._answer_seconds -= self._spent.answers
        self._spent = Spent()

    def for_answer(self) -> Allowance:
        """Return what an answer may take; TimeExceeded where nothing is left."""
        limits, waited = self.limits, self._spent.answers
        if self._measures:
            single = max(limits.wall_check, MAX_ANSWER_SHARE * limits.wall_measure)
            seconds = min(single, limits.wall_measure - waited)
            return _shortest(Allowance(seconds=seconds, limit=TimeLimit.MEASURE))
        return _shortest(
            Allowance(seconds=limits.wall_check - waited, limit=TimeLimit.CHECK),
            Allowance(
                seconds=limits.wall_submission - self._answer_seconds, limit=TimeLimit.SUBMISSION
            ),
        )

    def for_import(self) -> Allowance:
        """Return what importing the file may take; TimeExceeded where nothing is left."""
        return _shortest(
            Allowance(seconds=self.limits.wall_import, limit=TimeLimit.IMPORT),
            Allowance(seconds=self._reserve_left(), limit=TimeLimit.RESERVE),
        )

    def for_judge(self) -> float:
        """Return the CPU seconds that the judge may still use for the check at hand."""
        return self.limits.wall_measure if self._measures else self._reserve_left()

    def _reserve_left(self) -> float:
        return self.limits.reserve - self._reserve_seconds

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Count the block as waiting for an answer."""
        started = time.monotonic()
        try:
            yield
        finally:
            seconds = time.monotonic() - started
            self._spent.answers += seconds
            if not self._measures:
                self._answer_seconds += seconds

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Count the block as starting a worker, or as a self-test of the sandbox."""
        started = time.monotonic()
        try:
            yield
        finally:
            seconds = time.monotonic() - started
            self._spent.workers += seconds
            self._reserve_seconds += seconds

    @contextmanager
    def judging(self) -> Iterator[None]:
        """Count the CPU time of the block as the judge's own."""
        started = time.process_time()
        try:
            yield
        finally:
            seconds = time.process_time() - started
            self._spent.judge += seconds
            if not self._measures:
                self._reserve_seconds += seconds


def _shortest(*allowances: Allowance) -> Allowance:
    """Return the allowance that ends first; TimeExceeded where it has ended."""
    shortest = min(allowances, key=lambda allowance: allowance.seconds)
    if shortest.seconds <= 0:
        raise TimeExceeded("no time left", limit=shortest.limit)
    return shortest
