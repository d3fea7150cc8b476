"""The reasons of a final grade, as sentences: what is not graded, too late, or short of a goal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from autograder.model import (
    Adjustment,
    CategoryTotal,
    Course,
    GradeVerdict,
    MinimumState,
    Rubric,
    Stage,
    Text,
)
from autograder.scoring.adjustments import too_late
from autograder.scoring.criteria import format_points
from autograder.text.sentences import in_each, say_in_each


def reasons_for(
    course: Course,
    stages: Mapping[str, Stage],
    adjustments: Sequence[Adjustment],
    categories: Sequence[CategoryTotal],
    total: Fraction,
    waiting: Fraction,
    best: Fraction,
    verdict: GradeVerdict,
) -> tuple[Text, ...]:
    """Return why a verdict is as it is; `best` is the total if every waiting point is earned."""
    reasons = _not_graded_yet(course, stages)
    reasons += _too_late(course.rubric, adjustments)
    for category in categories:
        if category.minimum_state is not MinimumState.MET:
            reasons.append(_short_of_minimum(category))
    reasons += _about_total(course.rubric, total, waiting, best, verdict)
    return tuple(reasons)


def _not_graded_yet(course: Course, stages: Mapping[str, Stage]) -> list[Text]:
    waiting = [
        assignment.title
        for assignment in course.assignments
        if assignment.is_gradable and stages[assignment.id] == "handed_in"
    ]
    if not waiting:
        return []
    titles = in_each(lambda lang: ", ".join(title.in_(lang) for title in waiting))
    return [say_in_each("final_grade", "not_graded_yet", titles=titles)]


def _too_late(rubric: Rubric, adjustments: Sequence[Adjustment]) -> list[Text]:
    days = {adjustment.id: adjustment.days for adjustment in adjustments}
    reasons = (too_late(penalty, days.get(penalty.id, 0)) for penalty in rubric.penalties)
    return [reason for reason in reasons if reason is not None]


def _short_of_minimum(total: CategoryTotal) -> Text:
    goal = say_in_each("final_grade", "minimum_of", title=total.category.title)
    is_lost = total.minimum_state is MinimumState.MISSED
    return _short(goal, total.earned, total.category.minimum, total.waiting, is_lost=is_lost)


def _about_total(
    rubric: Rubric, total: Fraction, waiting: Fraction, best: Fraction, verdict: GradeVerdict
) -> list[Text]:
    if total < rubric.pass_total:
        goal = say_in_each("final_grade", "passing")
        is_lost = best < rubric.pass_total
        return [_short(goal, total, rubric.pass_total, waiting, is_lost=is_lost)]
    if verdict != "passed":
        return []
    earned, possible = format_points(total, "en"), format_points(rubric.total, "en")
    return [say_in_each("final_grade", "reached", total=earned, possible=possible)]


def _short(
    goal: Text, earned: Fraction, needed: Fraction, waiting: Fraction, *, is_lost: bool
) -> Text:
    """Return how many points are missing to a goal, and how many may still come.

    A score just below the goal never reads as zero points missing: it is rounded down then.
    """
    shown = Fraction((earned * 200 + 1) // 2, 100)
    if shown >= needed:
        shown = Fraction(earned * 100 // 1, 100)
    undecided: Text | str = ""
    if waiting:
        key = "undecided_too_few" if is_lost else "undecided"
        undecided = say_in_each("final_grade", key, count=format_points(waiting, "en"))
    return say_in_each(
        "final_grade",
        "short",
        count=format_points(needed - shown, "en"),
        goal=goal,
        had=format_points(shown, "en"),
        needed=format_points(needed, "en"),
        undecided=undecided,
    )
