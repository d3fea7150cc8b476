"""A finished submission, as a run reports it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.model import ScoreSheet
from autograder.scoring.criteria import format_points


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


def result_words(graded: Graded) -> str:
    """Return in a few words how a submission ended, for instructors."""
    sheet = graded.sheet
    is_undecided = all(score.earned is None for score in sheet.scores)
    if is_undecided and sheet.status != "needs_review":
        return "waits for a person" if sheet.status == "needs_manual" else "not graded yet"
    earned, possible = (format_points(each, lang="en") for each in (sheet.earned, sheet.possible))
    return f"{earned} of {possible}, {sheet.status.replace('_', ' ')}"
