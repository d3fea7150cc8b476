"""The simulation of a run on a cluster: its time, what bounds it, and how many cores are enough."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.cluster.simulation import Bound, Costs, class_of, cores_for, simulated
from autograder.cluster.sizing import lines, spread
from autograder.grading.cache.earlier_results import seconds_of


def costs(*grading: float, head: float = 0.0, store: float = 0.0, start: float = 0.0) -> Costs:
    """Return costs in which everything is free that is not named."""
    return Costs(grading=grading, head=head, store=store, start=start)


def test_one_core_takes_the_sum() -> None:
    """It grades one after the other, once its node is ready."""
    assert simulated(costs(1, 2, 3, start=4), 1).seconds == 10


def test_cores_share_the_hand_ins() -> None:
    """Each takes the next one when it is free."""
    run = simulated(costs(4, 1, 1, 1, 1), 2)
    assert (run.seconds, run.busy) == (4, 1)


@pytest.mark.parametrize(
    ("measured", "cores", "bound", "seconds"),
    [
        (costs(*[1.0] * 100), 4, "judges", 25),
        (costs(*[1.0] * 100, head=1.0), 50, "head", 101),
        (costs(*[1.0] * 100, store=0.5), 100, "store", 51),
        (costs(*[1.0] * 99, 60.0), 50, "slowest hand-in", 61),
    ],
)
def test_the_highest_lower_bound_is_named(
    measured: Costs, cores: int, bound: Bound, seconds: float
) -> None:
    """More cores are of no use where something else is the bound."""
    run = simulated(measured, cores)
    assert (run.bound, run.seconds) == (bound, seconds)


def test_more_cores_never_take_longer_here() -> None:
    """Of equal hand-ins; so the search for enough cores may halve."""
    measured = costs(*[0.3] * 200, head=0.01, start=5)
    times = [simulated(measured, cores).seconds for cores in range(1, 80)]
    assert times == sorted(times, reverse=True)


def test_the_fewest_cores_in_time_are_found() -> None:
    """One less would be late."""
    measured = costs(*[2.0] * 300, start=10)
    enough = cores_for(measured, 70)
    assert enough is not None
    assert (enough.cores, enough.seconds <= 70) == (10, True)
    assert simulated(measured, 9).seconds > 70


def test_no_number_of_cores_beats_the_slowest_hand_in() -> None:
    """Then there is no answer."""
    assert cores_for(costs(1, 1, 90), 60) is None


def test_a_class_of_another_size_costs_the_same_each() -> None:
    """What was measured is repeated, in another order."""
    grading = class_of([1.0, 2.0, 4.0], 300)
    assert (len(grading), sum(grading)) == (300, 700)
    assert sorted(spread(grading)) == sorted(grading)
    assert spread(grading) != grading


def test_the_table_names_nodes_and_the_deadline(tmp_path: Path) -> None:
    """From the seconds that a run noted."""
    (tmp_path / "run.json").write_text(json.dumps({"seconds": {"ana/a": 30.0, "bea/a": 30.0}}))
    grading = class_of(sorted(seconds_of(tmp_path).values()), 640)
    found = list(lines(Costs(grading=grading, head=0.01), 16, 30))
    assert found[0] == "640 hand-ins, 5.3 hours on one core"
    assert found[2].split() == ["1", "16", "20.2", "99%", "judges"]
    assert found[-1] == "30 minutes need 11 cores: 1 node of 16"
