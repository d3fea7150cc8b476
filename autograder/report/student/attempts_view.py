"""Attempts as a student's page shows them: points by attempt, and what the last one changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.model import Course, Criterion, GradedAttempt, Text

MIN_ATTEMPTS = 2  # before, there is nothing to compare


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptPoints:
    """What one attempt earned."""

    earned: Fraction
    day: str  # on which it was submitted, as 2026-11-30; empty: unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionChange:
    """A criterion whose points the last attempt changed."""

    criterion: Criterion
    before: Fraction
    after: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentAttempts:
    """The attempts at an assignment, the oldest first."""

    title: Text
    attempts: tuple[AttemptPoints, ...]
    changes: tuple[CriterionChange, ...]  # between the last two


def attempts_view(
    course: Course, attempts: Mapping[str, Sequence[GradedAttempt]]
) -> tuple[AssignmentAttempts, ...]:
    """Return the assignments that were handed in more than once, in the course's order."""
    every = []
    for assignment in course.assignments:
        own = attempts.get(assignment.id, ())
        if len(own) >= MIN_ATTEMPTS:
            every.append(
                AssignmentAttempts(
                    title=assignment.title,
                    attempts=tuple(map(_points, own)),
                    changes=tuple(_changes(assignment.criteria, own[-2], own[-1])),
                )
            )
    return tuple(every)


def _points(attempt: GradedAttempt) -> AttemptPoints:
    known = (_number(points) for points in attempt.points.values())
    earned = sum((points for points in known if points is not None), Fraction(0))
    return AttemptPoints(earned=earned, day=attempt.submitted_at[:10])


def _changes(
    criteria: Sequence[Criterion], before: GradedAttempt, after: GradedAttempt
) -> Iterator[CriterionChange]:
    for criterion in criteria:
        old, new = (_number(each.points.get(criterion.id)) for each in (before, after))
        if old is not None and new is not None and old != new:
            yield CriterionChange(criterion=criterion, before=old, after=new)


def _number(points: str | None) -> Fraction | None:
    """Return points of a file; None where they are not decided, or no number."""
    try:
        return None if points is None else Fraction(points[:40])
    except (ValueError, ZeroDivisionError):
        return None
