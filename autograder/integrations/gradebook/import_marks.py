"""What people gave in formgrader, as decisions of marks.yml: taken unless somebody decided
otherwise there.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from autograder.integrations.gradebook.entries import FORMGRADER
from autograder.integrations.gradebook.scores import Manual
from autograder.model import Course, Criterion, Decisions, Lang, Mark
from autograder.release.notebook import grade_id
from autograder.scoring.overrides import decide
from autograder.text.sentences import say


@dataclass(slots=True, kw_only=True)
class Taken:
    """The decisions with those of formgrader, which of these are new, and what a person has to
    settle.
    """

    decided: dict[str, Decisions]
    new: list[tuple[str, Mark]] = field(default_factory=list)  # by student
    complaints: list[str] = field(default_factory=list)


def take_marks(
    course: Course,
    manuals: Iterable[Manual],
    decided: Mapping[str, Decisions],
    students: Collection[str],
    lang: Lang,
) -> Taken:
    """Make marks of what people gave in formgrader; anybody else's mark stays, and is named where
    it differs.
    """
    criteria = {(a.id, grade_id(c.id)): c for a in course.assignments for c in a.criteria}
    taken = Taken(decided=dict(decided))
    for manual in manuals:
        criterion = criteria.get((manual.assignment, manual.cell))
        if criterion is None:
            continue  # a task of the instructor's own
        where = f"{manual.student}: {criterion.id}"
        if manual.extra_credit:
            what = f"extra credit of {manual.extra_credit:g} in formgrader stays there"
            taken.complaints.append(
                f"{where}: {what}; in the report only bonuses go beyond the points"
            )
        if manual.points is None:
            continue
        before = taken.decided.get(manual.student, Decisions())
        mark = next((m for m in before.marks if m.criterion == criterion.id), None)
        if what := _unfit(manual.points, manual.student, criterion, mark, students):
            taken.complaints.append(f"{where}: {what}")
        elif mark is None or mark.author == FORMGRADER:
            reason = manual.comment or say("gradebook", "decided", lang)
            points = Fraction(repr(manual.points))
            new = Mark(criterion=criterion.id, points=points, author=FORMGRADER, reason=reason)
            if new != mark:
                taken.decided[manual.student] = decide(before, new)
                taken.new.append((manual.student, new))
    return taken


def _unfit(
    points: float, student: str, criterion: Criterion, mark: Mark | None, students: Collection[str]
) -> str:
    """Why a person's score cannot be taken as it is, if it cannot."""
    if not (math.isfinite(points) and 0 <= points <= criterion.points):
        return (
            f"{points:g} points in formgrader, which takes any number; give 0 to {criterion.points}"
        )
    if mark is not None and mark.author != FORMGRADER and float(mark.points) != points:
        theirs = f"{float(mark.points):g} of {mark.author} in marks.yml"
        return f"{points:g} in formgrader, {theirs}; both are kept: make them agree"
    if student not in students:
        return "marked in formgrader, but no folder of hand-ins has that name"
    return ""
