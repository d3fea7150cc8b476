"""The hand-ins that wait for nodes: which one a node gets next, and what comes of a lost one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from autograder.handin.intake import HandIn

SUSPECT_LOSSES = 2  # a hand-in that was lost so often with its node is graded with none beside it
MAX_LOSSES = 5  # then it is set aside for review: it may itself be the cause


@dataclass(slots=True, kw_only=True, eq=False)
class Item:
    """A hand-in that is to be graded, and what became of it so far."""

    hand_in: HandIn
    losses: int = 0  # nodes that were lost while they had it
    reason: str = ""  # of the last loss
    doubted: str = ""  # the node whose sheet says that the harness was at fault; empty: none

    @property
    def name(self) -> str:
        """The student and the assignment, as messages name them."""
        return f"{self.hand_in.student}/{self.hand_in.assignment}"

    @property
    def is_suspect(self) -> bool:
        """Whether it is graded with none beside it."""
        return self.losses >= SUSPECT_LOSSES


@dataclass(slots=True, kw_only=True, eq=False)
class NodeState:
    """What a node is doing, as far as that decides what it gets next."""

    address: str
    # Submissions at a time, by assignment; assignments that the node cannot grade are left out.
    jobs: Mapping[str, int]
    assignment: str = ""  # the one that it grades
    in_hand: list[Item] = field(default_factory=list)

    @property
    def slots(self) -> int:
        """How many hand-ins it gets at once: one more than it grades, so that no judge waits."""
        return self.jobs.get(self.assignment, 0) + 1


class Backlog:
    """The hand-ins of a run that no node has, by assignment."""

    def __init__(self, hand_ins: Iterable[HandIn]) -> None:
        self._waiting: dict[str, deque[Item]] = {}
        self._suspects: deque[Item] = deque()
        self._unfinished = 0
        for hand_in in hand_ins:
            self._waiting.setdefault(hand_in.assignment, deque()).append(Item(hand_in=hand_in))
            self._unfinished += 1

    @property
    def is_finished(self) -> bool:
        """Whether every hand-in has ended."""
        return self._unfinished == 0

    @property
    def unfinished(self) -> int:
        """How many hand-ins have not ended."""
        return self._unfinished

    def take(self, node: NodeState, *, is_only_node: bool) -> Item | None:
        """Return the next hand-in for a node, which has it then; None where there is none now.

        A node turns to another assignment when it has nothing in hand. A suspect is alone on it.
        """
        if any(item.is_suspect for item in node.in_hand):
            return None
        item = None
        if not node.in_hand:
            item = self._fitting(self._suspects, node, is_only_node=is_only_node)
        if item is None and (not node.in_hand or len(node.in_hand) < node.slots):
            item = self._next(node, is_only_node=is_only_node)
        if item is not None:
            node.assignment = item.hand_in.assignment
            node.in_hand.append(item)
        return item

    def finish(self, node: NodeState, item: Item) -> None:
        """Note that a hand-in has ended on a node."""
        node.in_hand.remove(item)
        self._unfinished -= 1

    def doubt(self, node: NodeState, item: Item) -> None:
        """Put back a hand-in whose sheet says that the harness was at fault, for another node."""
        node.in_hand.remove(item)
        item.doubted = node.address
        self._waiting[item.hand_in.assignment].appendleft(item)

    def lose(self, node: NodeState, reason: str, *, is_counted: bool) -> list[Item]:
        """Put back what a lost node had in hand, and return those that were lost too often.

        Only what `is_counted` may itself have been the cause.
        """
        lost, node.in_hand = node.in_hand, []
        for item in reversed(lost):
            item.losses += is_counted
            item.reason = reason
            place = self._suspects if item.is_suspect else self._waiting[item.hand_in.assignment]
            place.appendleft(item)
        return [item for item in lost if item.losses >= MAX_LOSSES]

    def _next(self, node: NodeState, *, is_only_node: bool) -> Item | None:
        """Return the next hand-in of the node's assignment, or of another if it has none in hand.

        Of others the one of which most hand-ins wait comes first.
        """
        names = [node.assignment] if node.assignment in self._waiting else []
        if not node.in_hand:
            names += sorted(self._waiting, key=lambda name: -len(self._waiting[name]))
        for name in names:
            item = self._fitting(self._waiting[name], node, is_only_node=is_only_node)
            if item is not None:
                return item
        return None

    def _fitting(self, waiting: deque[Item], node: NodeState, *, is_only_node: bool) -> Item | None:
        """Take the first hand-in that the node can grade, and whose sheet it did not make."""
        for item in waiting:
            is_doubted = item.doubted == node.address and not is_only_node
            if node.jobs.get(item.hand_in.assignment) and not is_doubted:
                waiting.remove(item)
                return item
        return None
