"""The random numbers of one submission: by what is computed, whatever was computed before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from autograder.grading.workers.seeds import SeedSource


@dataclass(slots=True)
class _Place:
    """A check, or something that several checks share, and the questions that it asked."""

    name: str
    questions: int = 0


class Draws:
    """Seeds the judge, and names the seed of each request to a worker.

    A check that runs alone draws what it draws after all others: what checks share draws by its own
    name, and counts as one question wherever it is used, whether it is computed there or not.
    """

    def __init__(self, seeds: SeedSource) -> None:
        """Draw nothing yet."""
        self._seeds = seeds
        self._places = [_Place("")]

    def begin(self, check: str) -> None:
        """Seed the judge for a check."""
        self._places = [_Place(check)]
        self._seed_judge()

    def for_request(self) -> int:
        """Return the seed of the next request to a worker, unrelated to what the judge draws."""
        place = self._places[-1]
        return self._seeds.for_request(place.name, place.questions)

    def note_question(self) -> None:
        """Seed the judge anew: what it draws now has nothing to do with what a worker saw."""
        self._places[-1].questions += 1
        self._seed_judge()

    @contextmanager
    def aside(self, name: str = "") -> Iterator[None]:
        """Draw by `name` in the block, which counts as one question of what surrounds it.

        Without a name it is one of what surrounds it, for questions whose number may differ.
        """
        around = self._places[-1]
        self._places.append(_Place(name or f"{around.name} {around.questions}"))
        self._seed_judge()
        try:
            yield
        finally:
            self._places.pop()
            self.note_question()

    def _seed_judge(self) -> None:
        place = self._places[-1]
        self._seeds.seed_judge(place.name, place.questions)
