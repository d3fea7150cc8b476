"""`python -m autograder.cluster.sizing OUT`: how many cores grade a class by a deadline."""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.cluster.simulation import Costs, Simulated, class_of, cores_for, simulated
from autograder.grading.cache.earlier_results import seconds_of

HEAD_MS = 10.0  # of CPU for each hand-in; `make bench-cluster` measures it
CORES_OF_NODE = 16
NODES = (1, 2, 4, 8, 16, 32)


def main() -> None:
    """Print the table for a class that was graded into OUT."""
    parser = argparse.ArgumentParser(
        prog="python -m autograder.cluster.sizing", description=__doc__
    )
    parser.add_argument(
        "out", type=Path, help="the folder of a run that graded a part of the class"
    )
    parser.add_argument("--hand-ins", type=int, help="how many there will be; default: as many")
    parser.add_argument("--minutes", type=float, help="the deadline; default: none")
    parser.add_argument("--cores", type=int, default=CORES_OF_NODE, help="of one node")
    parser.add_argument("--head-ms", type=float, default=HEAD_MS, help="CPU of the head for each")
    parser.add_argument("--store-ms", type=float, default=0.0, help="until a result is stored")
    options = parser.parse_args()
    measured = sorted(seconds_of(options.out).values())
    if not measured:
        parser.error(f"{options.out}: no run.json of a run that graded anything")
    grading = spread(class_of(measured, options.hand_ins or len(measured)))
    costs = Costs(grading=grading, head=options.head_ms / 1e3, store=options.store_ms / 1e3)
    for line in lines(costs, options.cores, options.minutes):
        print(line)


def lines(costs: Costs, cores_of_node: int, minutes: float | None) -> Iterator[str]:
    """Yield the table of runs with more and more nodes, and what the deadline needs."""
    yield f"{len(costs.grading)} hand-ins, {sum(costs.grading) / 3600:.1f} hours on one core"
    yield f"{'nodes':>6} {'cores':>6} {'minutes':>8} {'busy':>5}  bounded by"
    for nodes in NODES:
        run = simulated(costs, nodes * cores_of_node)
        yield f"{nodes:6} {_row(run)}"
    if minutes is None:
        return
    run_in_time = cores_for(costs, minutes * 60)
    if run_in_time is None:
        bound = simulated(costs, NODES[-1] * cores_of_node).bound
        yield f"{minutes:g} minutes are too few, whatever the cores: bounded by the {bound}"
    else:
        nodes = -(-run_in_time.cores // cores_of_node)
        noun = "node" if nodes == 1 else "nodes"
        needed = f"{run_in_time.cores} cores: {nodes} {noun} of {cores_of_node}"
        yield f"{minutes:g} minutes need {needed}"


def spread(measured: Sequence[float]) -> list[float]:
    """Return costs in another order, the same each time: no class hands in by cost."""
    mixed = list(measured)
    random.Random(0).shuffle(mixed)
    return mixed


def _row(run: Simulated) -> str:
    return f"{run.cores:6} {run.seconds / 60:8.1f} {run.busy:5.0%}  {run.bound}"


if __name__ == "__main__":
    main()
