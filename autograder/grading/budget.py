"""A budget: the seconds that one hand-in may cost, and the ends of workers that a criterion may
have.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from autograder.errors import StudentError, TimeExceeded
from autograder.model import Limits

MAX_ANSWER_SHARE = (
    1 / 20
)  # of wall_measure that a single answer may take: a model that hangs costs no more
MAX_ENDS = 2  # of workers in one criterion: what is left of it ends alike, without being asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a check cost so far, in seconds."""

    answers: float  # waiting for answers
    workers: float  # starting workers, and importing the file in them
    judge: float  # CPU time of the judge itself


class Budget:
    """Counts what a hand-in costs against its limits.

    Answers count against `wall_check` and `wall_submission`, or against `wall_measure`. All else is
    bounded by `reserve`: starting workers, importing the file in them, self-tests after a death,
    the judge's own CPU time.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._measures = False
        self._criterion = ""
        self._answers = 0.0  # of all checks but those that measure
        self._reserve = 0.0  # used of it
        self._of_check = dict.fromkeys(("answers", "workers", "judge"), 0.0)
        self._ends: defaultdict[str, list[StudentError]] = defaultdict(list)  # by criterion

    def begin(self, criterion: str, *, measures: bool) -> None:
        """Begin a check; one that measures has a budget of its own."""
        self._criterion, self._measures = criterion, measures
        self._of_check = dict.fromkeys(self._of_check, 0.0)

    @property
    def spent(self) -> Spent:
        """What the check at hand cost so far."""
        return Spent(**self._of_check)

    def require_not_ended(self) -> None:
        """Raise the error that ended the criterion's workers, where that happened too often."""
        ends = self._ends[self._criterion]
        if len(ends) < MAX_ENDS:
            return
        kind = "criterion" if isinstance(ends[-1], TimeExceeded) else ends[-1].kind
        raise type(ends[-1])(
            f"not asked: {len(ends)} workers ended in this criterion before", kind=kind
        )

    def note_end(self, error: StudentError) -> None:
        """Note that a worker ended over the check at hand."""
        self._ends[self._criterion].append(error)

    def forgive(self) -> None:
        """Forget the last end, and what the check at hand waited: it is asked again."""
        del self._ends[self._criterion][-1:]
        self._answers -= 0.0 if self._measures else self._of_check["answers"]
        self._of_check = dict.fromkeys(self._of_check, 0.0)

    def for_answer(self) -> tuple[float, str]:
        """Seconds that an answer may take, and the limit that says so; TimeExceeded where none are
        left.
        """
        limits, waited = self.limits, self._of_check["answers"]
        if self._measures:
            single = max(limits.wall_check, MAX_ANSWER_SHARE * limits.wall_measure)
            return _least({"measure": min(single, limits.wall_measure - waited)})
        return _least(
            {
                "check": limits.wall_check - waited,
                "submission": limits.wall_submission - self._answers,
            }
        )

    def for_import(self) -> tuple[float, str]:
        """Seconds that importing the file may take, as `for_answer`."""
        return _least(
            {"import": self.limits.wall_import, "reserve": self.limits.reserve - self._reserve}
        )

    def for_judge(self) -> float:
        """CPU seconds that the judge may still use for the check at hand."""
        return self.limits.wall_measure if self._measures else self.limits.reserve - self._reserve

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Count the block as waiting for an answer."""
        started = time.monotonic()
        try:
            yield
        finally:
            seconds = time.monotonic() - started
            self._of_check["answers"] += seconds
            self._answers += 0.0 if self._measures else seconds

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Count the block as starting a worker, or as proving that the sandbox still works."""
        started = time.monotonic()
        try:
            yield
        finally:
            self._of_check["workers"] += time.monotonic() - started
            self._reserve += time.monotonic() - started

    @contextmanager
    def judging(self) -> Iterator[None]:
        """Count the CPU time of the block as the judge's own."""
        started = time.process_time()
        try:
            yield
        finally:
            seconds = time.process_time() - started
            self._of_check["judge"] += seconds
            self._reserve += 0.0 if self._measures else seconds


def _least(left: dict[str, float]) -> tuple[float, str]:
    """The seconds of the limit that ends first, and its name; TimeExceeded where it has ended."""
    name = min(left, key=lambda each: left[each])
    if left[name] <= 0:
        raise TimeExceeded("no time left", kind=name)
    return left[name], name
