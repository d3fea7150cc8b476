"""Arrivals: the hand-ins in the watched folder whose files have settled, and which to grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from autograder.grading.cache.index import Index, read_index
from autograder.grading.cache.standing import plan_grading
from autograder.handin.intake import HandIn, find_hand_ins
from autograder.model import Course
from autograder.results import ResultReader
from autograder.watch.queue import Key
from autograder.watch.settings import WatchSettings
from autograder.watch.stability import FileState, Stability, state_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A hand-in that is to be graded."""

    hand_in: HandIn
    state: FileState
    causes: tuple[str, ...] = ()  # why the result that is there does not stand; empty: none is


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at the folder of hand-ins found."""

    arrivals: tuple[Arrival, ...] = ()  # new, or changed since they were last seen here
    standing: frozenset[Key] = frozenset()  # new or changed, with a result that stands
    present: frozenset[Key] = frozenset()  # all that are there
    unsettled: frozenset[Key] = frozenset()  # being written
    complaints: tuple[str, ...] = ()  # what cannot be used, one line each


@dataclass(slots=True, kw_only=True)
class FolderWatch:
    """The folder of hand-ins, as it was seen so far."""

    settings: WatchSettings
    stability: Stability[Key]
    seed: int
    # The state at which each hand-in was last planned: it is graded, or waits.
    planned: dict[Key, str] = field(default_factory=dict)
    index: Index = field(default_factory=Index)

    def look(self, course: Course, now: float) -> Look:
        """Return what has settled since the last look, and whether it is to be graded."""
        settings = self.settings
        listing = find_hand_ins(settings.submitted, course, settings.assignments, ())
        hand_ins = {(each.student, each.assignment): each for each in listing.hand_ins}
        states = {key: state_of(hand_in.path) for key, hand_in in hand_ins.items()}
        settled = self.stability.settled(states, now)
        changed = {
            key: state
            for key, state in states.items()
            if key in settled and state is not None and self.planned.get(key) != state.digest
        }
        arrivals, standing = self._planned(course, hand_ins, changed)
        for gone in self.planned.keys() - states.keys():
            del self.planned[gone]
        self.planned.update({key: state.digest for key, state in changed.items()})
        return Look(
            arrivals=arrivals,
            standing=standing,
            present=frozenset(states),
            unsettled=frozenset(states.keys() - settled),
            complaints=listing.complaints if hand_ins else (),
        )

    def _planned(
        self, course: Course, hand_ins: Mapping[Key, HandIn], changed: Mapping[Key, FileState]
    ) -> tuple[tuple[Arrival, ...], frozenset[Key]]:
        """Return which of the changed hand-ins are to be graded, and which results stand."""
        if not changed:
            return (), frozenset()
        if not self.index.hand_ins:
            self.index = read_index(self.settings.out)
        plan = plan_grading(
            course,
            [hand_ins[key] for key in changed],
            replace(self.settings.options, seed=self.seed),
            ResultReader(sound=self.index.results),
            self.index,
        )
        arrivals = []
        for hand_in in plan.waiting:
            key = (hand_in.student, hand_in.assignment)
            arrivals.append(
                Arrival(hand_in=hand_in, state=changed[key], causes=plan.causes.get(key, ()))
            )
        standing = frozenset(
            (graded.sheet.student, graded.sheet.assignment) for graded in plan.standing
        )
        return tuple(arrivals), standing
