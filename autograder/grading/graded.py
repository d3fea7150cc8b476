"""A finished submission, as a run reports it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.model import ScoreSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A finished submission."""

    sheet: ScoreSheet
    seconds: float  # that grading took, on the wall clock
    reused: bool = False  # its result file was there already, made from the same inputs
    # The limits of time that this machine needed longer than stated, in seconds.
    lengthened: Mapping[str, float] = field(default_factory=dict)
    # How long each check took, by its id; what several checks ask once counts for the first.
    check_seconds: Mapping[str, float] = field(default_factory=dict)
    # The only criteria that were graded again, of graders that changed; empty: all were graded.
    graded_again: frozenset[str] = frozenset()
    causes: tuple[str, ...] = ()  # why the result that was there was not valid any more
