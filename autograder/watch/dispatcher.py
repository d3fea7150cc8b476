"""The dispatcher: the queue in front of the lanes, and what comes back from them."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from autograder.errors import CourseError, HostError
from autograder.grading.cache.invalidation import OTHER_HAND_IN
from autograder.grading.graded import Graded, result_words
from autograder.model import SANDBOX_LEVELS, Course, Level, Run
from autograder.results import result_path
from autograder.watch.arrivals import Arrival
from autograder.watch.events import EventKind
from autograder.watch.lane import LaneFailed, LaneReady
from autograder.watch.lanes import Dispatched, Lane, Lanes
from autograder.watch.log import WatchLog
from autograder.watch.queue import Key, Waiting, next_waiting, superseding
from autograder.watch.settings import WatchSettings
from autograder.watch.stability import state_of

RETRY_S = 30.0  # until what this machine refused is tried again
MAX_FAILURES = 3  # in a row, of a watch that is to end when nothing waits


@dataclass(slots=True, kw_only=True)
class Dispatcher:
    """The hand-ins that wait, those that are being graded, and the lanes that grade them."""

    settings: WatchSettings
    lanes: Lanes
    log: WatchLog
    run: Run  # of the lanes
    queue: dict[Key, tuple[Waiting, Arrival]] = field(default_factory=dict)
    unsettled: frozenset[Key] = frozenset()  # hand-ins that are being written now
    level: Level | None = None  # the weakest sandbox level that was in force
    number_graded: int = 0
    _graded_at: dict[str, float] = field(default_factory=dict)  # by student
    _blocked_until: dict[str, float] = field(default_factory=dict)  # by assignment
    _has_worked: bool = False  # a lane was ready once
    _failures: int = 0  # of lanes since the last result

    def enqueue(self, arrival: Arrival, now: float) -> None:
        """Let a hand-in wait; an older attempt of it that waits is dropped."""
        key = (arrival.hand_in.student, arrival.hand_in.assignment)
        entry = Waiting(
            student=key[0],
            assignment=key[1],
            since=now,
            arrived=min(arrival.state.newest, time.time()),
            is_regrade=bool(arrival.causes) and OTHER_HAND_IN not in arrival.causes,
        )
        before, known = self.queue.get(key, (None, None))
        self.queue[key] = (superseding(before, entry), arrival)
        self.log.waiting = len(self.queue)
        if known is None:
            again = f"to be graded again: {'; '.join(arrival.causes)}"
            self._note(again if entry.is_regrade else "arrived", key)
        elif known.state.digest != arrival.state.digest:
            self._note("a newer attempt arrived; the one that waited is dropped", key)

    def forget(self, standing: Collection[Key], present: Collection[Key]) -> None:
        """Drop from the queue what needs no grading: its result stands, or it is gone."""
        for key in list(self.queue):
            if key in standing or key not in present:
                del self.queue[key]
                self.log.waiting = len(self.queue)
                is_gone = key not in present
                self._note("gone before it was graded" if is_gone else "its result stands", key)

    def dispatch(self, course: Course, now: float) -> None:
        """Start the lanes that are needed, and give the next hand-ins to those that are ready."""
        wanted = {assignment for _, assignment in self.queue}
        for assignment in course.assignments:
            is_blocked = now < self._blocked_until.get(assignment.id, now)
            if assignment.id in wanted - self.lanes.running.keys() and not is_blocked:
                self.prepare(course, assignment.id)
        while len(self.lanes.in_hand) < self.run.jobs:
            entry = next_waiting(self._ready(), self._graded_at, now, self.settings.max_wait)
            if entry is None:
                return
            _, arrival = self.queue.pop(entry.key)
            self.log.waiting = len(self.queue)
            self.log.has_news = True
            self.lanes.running[entry.assignment].send(
                Dispatched(entry=entry, arrival=arrival, at=now)
            )

    def prepare(self, course: Course, assignment: str) -> None:
        """Start the lane of an assignment."""
        self.lanes.start(course, course.assignment(assignment), self.run)

    def finished(self, now: float) -> Iterator[tuple[Key, Graded]]:
        """Yield what was graded since the last call and is to be kept.

        HostError or CourseError where the first lane cannot grade at all.
        """
        for lane in list(self.lanes.running.values()):
            for message in lane.messages():
                if isinstance(message, LaneReady):
                    self._note_ready(lane, message)
                elif isinstance(message, LaneFailed):
                    self._replace(lane, message, now)
                elif (key := self._note_graded(lane, message, now)) is not None:
                    yield key, message

    def order(self, now: float) -> list[Waiting]:
        """Return what waits, in the order in which it goes if nothing else comes."""
        left = {key: entry for key, (entry, _) in self.queue.items()}
        graded_at = dict(self._graded_at)
        found = []
        while left:
            entry = next_waiting(left.values(), graded_at, now, self.settings.max_wait)
            assert entry is not None
            found.append(left.pop(entry.key))
            graded_at[entry.student] = now
        return found

    def unblock(self) -> None:
        """Try again what the course kept from being graded: it has changed."""
        for assignment in self._blocked_until:
            self.log.solved(assignment)
        self._blocked_until.clear()

    def _ready(self) -> list[Waiting]:
        """Return what waits and could be graded now."""
        lanes = {name for name, lane in self.lanes.running.items() if lane.is_ready}
        taken = self.unsettled | self.lanes.in_hand.keys()
        return [
            entry for key, (entry, _) in self.queue.items() if key[1] in lanes and key not in taken
        ]

    def _note_ready(self, lane: Lane, message: LaneReady) -> None:
        lane.is_ready = True
        self._has_worked = True
        self.log.solved(lane.assignment)
        if message.level is not None:
            levels = {message.level, self.level or message.level}
            self.level = max(levels, key=SANDBOX_LEVELS.index)
        level = "" if message.level is None else f", sandbox level {message.level}"
        self.log.note(f"{lane.assignment}: ready to grade{level}")

    def _note_graded(self, lane: Lane, graded: Graded, now: float) -> Key | None:
        """Note a result; return its key, or None where the hand-in changed while it was graded."""
        key = (graded.sheet.student, graded.sheet.assignment)
        dispatched = lane.in_hand.pop(key)
        self._graded_at[key[0]] = now
        self._failures = 0
        state = state_of(dispatched.arrival.hand_in.path)
        if state != dispatched.arrival.state:
            result_path(self.settings.staging, *key).unlink(missing_ok=True)
            self._note("changed while it was graded: that result is dropped", key)
            return None
        self.number_graded += 1
        waited = dispatched.at - dispatched.entry.since
        self._note(result_words(graded), key, seconds=graded.seconds, waited=waited)
        return key

    def _replace(self, lane: Lane, failed: LaneFailed, now: float) -> None:
        """Put back what a lane had that cannot go on, and say when another one is started."""
        lane.kill()
        del self.lanes.running[lane.assignment]
        for key, lost in lane.in_hand.items():
            self.queue.setdefault(key, (lost.entry, lost.arrival))
        self._failures += 1
        is_hopeless = self.settings.ends_when_idle and self._failures >= MAX_FAILURES
        if failed.is_course:
            if not self._has_worked or self.settings.ends_when_idle:
                raise CourseError(*failed.reason.splitlines())
            self._blocked_until[lane.assignment] = float("inf")
            remedy = "correct it: the watch then reads it again"
        else:
            if not self._has_worked or is_hopeless:
                raise HostError(failed.reason)
            self._blocked_until[lane.assignment] = now + RETRY_S
            remedy = f"tried again in {RETRY_S:.0f} s"
        self.log.complain(lane.assignment, f"{failed.reason}; {remedy}")

    def _note(
        self, what: str, key: Key, seconds: float | None = None, waited: float | None = None
    ) -> None:
        self.log.note(what, of=key, kind=EventKind.HAND_IN, seconds=seconds, waited=waited)
