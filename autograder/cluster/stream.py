"""The hand-ins that a node receives, as the pool of judges takes them, and its answers."""

from __future__ import annotations

import os
import select
from collections.abc import Collection, Mapping
from concurrent.futures import Future

from autograder.cluster.frames import Frame, packed, read_frame, unpacked
from autograder.cluster.messages import (
    PREPARED,
    Answer,
    answer_frame,
    graded_answer,
    hand_in_of,
)
from autograder.grading.graded import Graded
from autograder.grading.waiting import ToGrade


class NodeWire:
    """The pipes of a node's process: frames come, and answers go."""

    def __init__(self, *, requests: int, answers: int) -> None:
        self.requests = requests  # descriptors
        self.answers = answers

    def receive(self) -> Frame:
        """Wait for the next frame; EOFError where no more come."""
        return unpacked(read_frame(self._read))

    def send(self, answer: Answer) -> None:
        """Send an answer."""
        view = memoryview(packed(answer_frame(answer)))
        while view:
            view = view[os.write(self.answers, view) :]

    def _read(self, n: int) -> bytes:
        pieces: list[bytes] = []
        while n:
            piece = os.read(self.requests, min(n, 1 << 20))
            if not piece:
                raise EOFError
            pieces.append(piece)
            n -= len(piece)
        return b"".join(pieces)


class HandInStream:
    """Hand-ins of one assignment after the other; the first call says that the node is ready."""

    def __init__(self, wire: NodeWire, assignment: str, jobs: Mapping[str, int]) -> None:
        self.assignment = assignment  # the id of the one that is graded now
        self._jobs = jobs  # submissions at a time, by assignment
        self._wire = wire
        self._next: Frame | None = None  # received, and not taken yet
        self._numbers: dict[tuple[str, str], int] = {}  # of what is graded
        self._is_ready = False
        self._noted: set[Future[Graded]] = set()
        self._woken, self._wake = os.pipe()  # a byte for each future that is done
        os.set_blocking(self._woken, False)

    @property
    def max_jobs(self) -> int:
        """Return how many submissions of the assignment this node grades at a time."""
        return self._jobs[self.assignment]

    @property
    def is_open(self) -> bool:
        """Return whether the next hand-in may be one of the assignment.

        The sandbox has passed its self-test when the pool asks for the first time.
        """
        if not self._is_ready:
            self._is_ready = True
            self._wire.send(Answer(id=PREPARED))
        return not self._is_next_of_another()

    def take(self) -> ToGrade | None:
        """Return the next hand-in of the assignment; None where none has come."""
        if self._next is None and select.select([self._wire.requests], [], [], 0)[0]:
            self._next = self._wire.receive()
        if self._next is None or self._is_next_of_another():
            return None
        frame, self._next = self._next, None
        hand_in = hand_in_of(frame)
        self._numbers[hand_in.student, hand_in.assignment] = int(frame.header["id"])
        return hand_in

    def wait(self, in_hand: Collection[Future[Graded]]) -> Collection[Future[Graded]]:
        """Wait until one is graded, or a frame comes where one can be taken."""
        can_take = self._next is None and len(in_hand) <= self.max_jobs
        if in_hand or can_take:
            for future in set(in_hand) - self._noted:
                future.add_done_callback(self._note_done)
            self._noted = set(in_hand)
            descriptors = [self._woken, *([self._wire.requests] if can_take else [])]
            if self._woken in select.select(descriptors, [], [])[0]:
                os.read(self._woken, 4096)
        return [future for future in in_hand if future.done()]

    def done(self, graded: Graded) -> None:
        """Answer for a hand-in that is graded."""
        number = self._numbers.pop((graded.sheet.student, graded.sheet.assignment))
        self._wire.send(graded_answer(number, graded))

    def begin_next(self) -> None:
        """Turn to the assignment of the next hand-in, which has come."""
        assert self._next is not None
        self.assignment = str(self._next.header["assignment"])

    def _is_next_of_another(self) -> bool:
        return self._next is not None and self._next.header.get("assignment") != self.assignment

    def _note_done(self, _: Future[Graded]) -> None:
        os.write(self._wake, b".")
