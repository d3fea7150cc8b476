"""One decision of a person: made of the words of a command line, and said in words."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from autograder.config.yaml_nodes import NUMBER
from autograder.errors import CourseError
from autograder.model import Adjustment, Decisions, Mark, Rubric, Waiver
from autograder.scoring.criteria import format_points
from autograder.text.suggestions import did_you_mean

Decision = Mark | Adjustment | Waiver


def all_decisions(decisions: Decisions) -> tuple[Decision, ...]:
    """Every single decision."""
    return (*decisions.marks, *decisions.adjustments, *decisions.waivers)


def decision_from(
    rubric: Rubric,
    id: str,
    points: str | None,
    days: int | None,
    *,
    waive: bool,
    author: str,
    reason: str,
) -> Decision:
    """What these words decide about `id`; CourseError where they do not fit together."""
    entries = [b.id for b in rubric.bonuses] + [p.id for p in rubric.penalties]
    check_known("criterion, bonus or penalty", id, [*rubric.criteria, *entries])
    if id in rubric.criteria:
        if days is not None or waive:
            raise CourseError(f"{id}: a criterion takes POINTS, neither --days nor --waive")
        return Mark(criterion=id, points=_points(rubric, id, points), author=author, reason=reason)
    if points is not None:
        raise CourseError(f"{id}: its points stand in grading.yml; leave {points!r} out")
    if waive:
        if days is not None:
            raise CourseError(f"{id}: --days or --waive, not both")
        return Waiver(id=id, author=author, reason=reason)
    return Adjustment(id=id, days=days or 0, author=author, reason=reason)


def in_words(rubric: Rubric, decision: Decision) -> str:
    """A decision as a line."""
    why = f"({decision.author}: {decision.reason})"
    if isinstance(decision, Mark):
        most = format_points(rubric.criteria[decision.criterion].points, "en")
        return f"{decision.criterion}: {format_points(decision.points, 'en')} of {most} {why}"
    if isinstance(decision, Waiver):
        return f"{decision.id}: waived {why}"
    days = f", days late: {decision.days}" if decision.days else ""
    return f"{decision.id}: applied{days} {why}"


def check_known(what: str, id: str, known: Collection[str]) -> None:
    """CourseError with a near miss unless `id` is among the known."""
    if id not in known:
        hint = did_you_mean(id, known) or f"; expected one of {', '.join(known) or 'none'}"
        raise CourseError(f"no {what} {id!r}{hint}")


def _points(rubric: Rubric, id: str, text: str | None) -> Fraction:
    match = NUMBER.fullmatch(text or "")
    points = Fraction(match[1]) if match and not match[2] else Fraction(-1)
    most = rubric.criteria[id].points
    if not 0 <= points <= most:
        raise CourseError(
            f"{id}: POINTS must be from 0 to {most}, such as 1, 0.5 or 1/3; got {text or 'none'}"
        )
    return points
