"""How long commands take, and what the rounds of a benchmark come to."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """What work cost, with all processes that it started and waited for."""

    seconds: float
    cpu: float  # seconds, user and system


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A figure of several rounds."""

    median: float
    least: float
    most: float

    def text(self, digits: int) -> str:
        """Return the median and, where there were several rounds, the range of all."""
        if self.least == self.most:
            return f"{self.median:.{digits}f}"
        return f"{self.median:.{digits}f} ({self.least:.{digits}f}–{self.most:.{digits}f})"


def timed(work: Callable[[], object]) -> Took:
    """Do `work`, and return what it cost."""
    cpu, started = _cpu_of_children(), time.monotonic()
    work()
    return Took(seconds=time.monotonic() - started, cpu=_cpu_of_children() - cpu)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def spread_of(rounds: Sequence[float]) -> Spread:
    """Return the median and the range of rounds."""
    return Spread(median=statistics.median(rounds), least=min(rounds), most=max(rounds))


def counted(rounds: int) -> str:
    """Return how a page says that figures are of so many rounds."""
    return "Measured once" if rounds == 1 else f"Medians of {rounds} rounds, with the range of all"


def ratio_of(above: Sequence[float], below: Sequence[float]) -> Spread:
    """Return the ratio of two figures of the same rounds: each round gives one.

    What disturbs a whole round disturbs both of its figures.
    """
    return spread_of([a / b for a, b in zip(above, below, strict=True)])
