"""One decision of a person: read from a command line, and written as a line of text."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from autograder.config.yaml_nodes import NUMBER_PATTERN
from autograder.errors import CourseError
from autograder.model import Adjustment, Appeal, Decisions, Mark, Rubric, Waiver
from autograder.scoring.criteria import format_points
from autograder.text.suggestions import did_you_mean

Decision = Mark | Adjustment | Waiver | Appeal


def all_decisions(decisions: Decisions) -> tuple[Decision, ...]:
    """Return the decisions about a student, one by one."""
    return (*decisions.marks, *decisions.adjustments, *decisions.waivers, *decisions.appeals)


def decision_from(
    rubric: Rubric,
    entry_id: str,
    points: str | None,
    days: int | None,
    *,
    waive: bool,
    author: str,
    reason: str,
) -> Decision:
    """Return the decision about a criterion, a bonus or a penalty.

    CourseError where the rubric does not have it, or where the arguments do not fit together.
    """
    bonuses = [bonus.id for bonus in rubric.bonuses]
    penalties = [penalty.id for penalty in rubric.penalties]
    known = [*rubric.criteria, *bonuses, *penalties]
    check_known("criterion, bonus or penalty", entry_id, known)
    if entry_id in rubric.criteria:
        if days is not None or waive:
            raise CourseError(f"{entry_id}: a criterion takes POINTS, neither --days nor --waive")
        value = _points(rubric, entry_id, points)
        return Mark(criterion=entry_id, points=value, author=author, reason=reason)
    if points is not None:
        raise CourseError(f"{entry_id}: its points stand in grading.yml; leave {points!r} out")
    if waive:
        if days is not None:
            raise CourseError(f"{entry_id}: --days or --waive, not both")
        return Waiver(id=entry_id, author=author, reason=reason)
    return Adjustment(id=entry_id, days=days or 0, author=author, reason=reason)


def in_words(rubric: Rubric, decision: Decision) -> str:
    """Return a decision as a line."""
    source = f"({decision.author}: {decision.reason})"
    if isinstance(decision, Mark):
        points = format_points(decision.points, "en")
        possible = format_points(rubric.criteria[decision.criterion].points, "en")
        overruled = f", overruled: {', '.join(decision.overrules)}" if decision.overrules else ""
        return f"{decision.criterion}: {points} of {possible}{overruled} {source}"
    if isinstance(decision, Appeal):
        answer = "waits for an answer" if decision.is_open else f"answered {source}"
        return f"{decision.criterion}: appeal {decision.asks!r} {answer}"
    if isinstance(decision, Waiver):
        return f"{decision.id}: waived {source}"
    days = f", days late: {decision.days}" if decision.days else ""
    return f"{decision.id}: applied{days} {source}"


def check_known(noun: str, name: str, known: Collection[str]) -> None:
    """Raise CourseError with a suggestion unless `name` is among the known."""
    if name not in known:
        hint = did_you_mean(name, known) or f"; expected one of {', '.join(known) or 'none'}"
        raise CourseError(f"no {noun} {name!r}{hint}")


def _points(rubric: Rubric, criterion: str, text: str | None) -> Fraction:
    """Return the points that `text` states; CourseError where the criterion cannot have them."""
    match = NUMBER_PATTERN.fullmatch(text or "")
    points = Fraction(match[1]) if match and not match[2] else Fraction(-1)
    possible = rubric.criteria[criterion].points
    if not 0 <= points <= possible:
        raise CourseError(
            f"{criterion}: POINTS must be from 0 to {possible}, such as 1, 0.5 or 1/3; "
            f"got {text or 'none'}"
        )
    return points
