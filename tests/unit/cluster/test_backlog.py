"""The backlog of a cluster: what a node gets next, and what comes of what a lost node had."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from autograder.cluster.backlog import MAX_LOSSES, Backlog, Item, NodeState
from autograder.handin.intake import HandIn

TWO = {"a": 2, "b": 2}  # jobs by assignment


def backlog(**counts: int) -> Backlog:
    """Return a backlog with so many hand-ins of each assignment."""
    return Backlog(
        HandIn(student=f"s{number}", assignment=name, path=Path("nowhere"))
        for name, count in counts.items()
        for number in range(count)
    )


def node(name: str = "one", jobs: Mapping[str, int] = TWO) -> NodeState:
    """Return a node that has nothing to do."""
    return NodeState(address=name, jobs=jobs)


def taken(waiting: Backlog, at: NodeState, *, is_only_node: bool = False) -> list[Item]:
    """Let a node take what it can."""
    found = []
    while (item := waiting.take(at, is_only_node=is_only_node)) is not None:
        found.append(item)
    return found


def names(items: list[Item]) -> list[str]:
    """Return what items are, in short."""
    return [item.name for item in items]


def test_a_node_gets_one_more_than_it_grades() -> None:
    """So none of its judges waits for the head."""
    assert names(taken(backlog(a=9), node())) == ["s0/a", "s1/a", "s2/a"]


def test_a_node_turns_to_another_assignment_when_it_has_none_in_hand() -> None:
    """Its graders are collected for one assignment at a time."""
    waiting, at = backlog(a=2, b=3), node()
    assert names(taken(waiting, at)) == ["s0/b", "s1/b", "s2/b"]
    for item in list(at.in_hand[:2]):
        waiting.finish(at, item)
    assert taken(waiting, at) == []
    waiting.finish(at, at.in_hand[0])
    assert names(taken(waiting, at)) == ["s0/a", "s1/a"]


def test_a_node_gets_only_what_it_can_grade() -> None:
    """An assignment for which it has no GPU waits for another node."""
    assert names(taken(backlog(a=3, b=1), node(jobs={"b": 1}))) == ["s0/b"]


def test_what_a_lost_node_had_is_graded_first() -> None:
    """It waited longest."""
    waiting, at = backlog(a=9), node()
    lost = names(taken(waiting, at))
    waiting.lose(at, "killed", is_counted=True)
    assert names(taken(waiting, node("two"))) == lost
    assert waiting.unfinished == 9


def test_a_hand_in_that_was_lost_twice_is_graded_alone() -> None:
    """It may be what ends the nodes; none beside it is lost with it then."""
    waiting = backlog(a=4)
    for name in ("one", "two"):
        at = node(name)
        taken(waiting, at)
        waiting.lose(at, "killed", is_counted=True)
    suspects = node("three")
    assert names(taken(waiting, suspects)) == ["s0/a"]
    waiting.finish(suspects, suspects.in_hand[0])
    assert names(taken(waiting, suspects)) == ["s1/a"]


def test_a_node_that_refuses_makes_nobody_suspect() -> None:
    """A full disk is no hand-in's fault."""
    waiting = backlog(a=4)
    for name in ("one", "two", "three"):
        at = node(name)
        taken(waiting, at)
        assert waiting.lose(at, "no space left", is_counted=False) == []
    assert len(taken(waiting, node("four"))) == 3


def test_a_hand_in_that_is_lost_again_and_again_is_returned() -> None:
    """Then a person looks at it."""
    waiting = backlog(a=1)
    for number in range(MAX_LOSSES):
        at = node(str(number))
        taken(waiting, at)
        lost = waiting.lose(at, "killed", is_counted=True)
    assert names(lost) == ["s0/a"]


def test_a_fault_of_ours_is_looked_at_by_another_node() -> None:
    """Only where there is no other one the same node grades it again."""
    waiting, first, second = backlog(a=1), node("one"), node("two")
    (item,) = taken(waiting, first)
    waiting.doubt(first, item)
    assert taken(waiting, first) == []
    assert taken(waiting, second) == [item]
    waiting.lose(second, "killed", is_counted=True)
    assert taken(waiting, first, is_only_node=True) == [item]
    waiting.finish(first, item)
    assert waiting.is_finished
