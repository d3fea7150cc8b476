"""A simulation of a run on a cluster, from measured costs: how long it takes, and what bounds it.

Hand-ins leave the head one after the other, are graded where a judge is free, and their results are
written one after the other. No process is started here.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Bound = Literal["judges", "head", "store", "slowest hand-in"]
MAX_CORES = 1 << 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What was measured, in seconds."""

    grading: Sequence[float]  # of each hand-in, on one core
    head: float  # CPU of the head for one hand-in: it reads, sends, checks and writes
    store: float = 0.0  # until a result is on a slow store, one after the other
    start: float = 10.0  # until a node is ready


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What a run would take."""

    cores: int  # of all nodes
    seconds: float
    busy: float  # share of the cores' time that is spent on grading
    bound: Bound  # what would have to be faster for the run to end sooner


def simulated(costs: Costs, cores: int) -> Simulated:
    """Return what a run takes with so many cores, each of which grades one hand-in at a time."""
    free = [costs.start] * cores  # when each judge has nothing to do
    sent, written = 0.0, 0.0
    finished: list[float] = []
    for seconds in costs.grading:
        sent += costs.head
        finished.append(max(heapq.heappop(free), sent) + seconds)
        heapq.heappush(free, finished[-1])
    for moment in sorted(finished):
        written = max(written, moment) + costs.store
    busy = sum(costs.grading) / (cores * written) if written else 0.0
    return Simulated(cores=cores, seconds=written, busy=busy, bound=_bound(costs, cores))


def cores_for(costs: Costs, deadline: float) -> Simulated | None:
    """Return the run with the fewest cores that ends in time; None where no number is enough."""
    most = simulated(costs, MAX_CORES)
    if most.seconds > deadline:
        return None
    few, many = 0, MAX_CORES
    while many - few > 1:
        middle = (few + many) // 2
        if simulated(costs, middle).seconds > deadline:
            few = middle
        else:
            many = middle
    return simulated(costs, many)


def class_of(measured: Sequence[float], students: int) -> list[float]:
    """Return the costs of a class of another size: those of the measured one, again and again."""
    return [measured[number % len(measured)] for number in range(students)]


def _bound(costs: Costs, cores: int) -> Bound:
    """Return which of the lower bounds of a run is the highest."""
    count = len(costs.grading)
    bounds: Iterable[tuple[float, Bound]] = (
        (costs.start + sum(costs.grading) / cores, "judges"),
        (costs.head * count, "head"),
        (costs.store * count, "store"),
        (costs.start + max(costs.grading, default=0.0), "slowest hand-in"),
    )
    return max(bounds)[1]
