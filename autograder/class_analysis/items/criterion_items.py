"""The criteria of a rubric as items, of final grades: what people decided counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from autograder.class_analysis.items.item import Item
from autograder.class_analysis.items.statistics import ROUNDING, discrimination, mean, thirds
from autograder.model import Course
from autograder.publishing.grade_files import PublishedGrade

STAGES_DECIDED = ("graded", "handed_in")  # a criterion of what was not handed in says nothing


def criterion_items(course: Course, grades: Sequence[PublishedGrade]) -> tuple[Item, ...]:
    """Return an item for each criterion, in the rubric's order."""
    points = {grade.student: _decided_points(grade) for grade in grades}
    assignment_of = {c.id: a.id for a in course.assignments for c in a.criteria}
    items = []
    for criterion in course.rubric.criteria.values():
        shares, rest = {}, {}
        for student, decided in points.items():
            if criterion.id not in decided:
                continue
            earned, possible = decided[criterion.id]
            shares[student] = float(earned / possible)
            others = [pair for name, pair in decided.items() if name != criterion.id]
            if others:
                rest[student] = float(sum(e for e, _ in others) / sum(p for _, p in others))
        items.append(
            Item(
                kind="criterion",
                id=criterion.id,
                assignment=assignment_of.get(criterion.id, ""),
                criterion=criterion.id,
                title=criterion.title,
                n=len(shares),
                facility=mean(shares),
                discrimination=discrimination(shares, rest),
                thirds=thirds(shares, rest),
                failed=sum(share < 1 - ROUNDING for share in shares.values()),
            )
        )
    return tuple(items)


def _decided_points(grade: PublishedGrade) -> dict[str, tuple[Fraction, Fraction]]:
    """Return earned and possible points of the decided criteria of what was handed in."""
    stages: Mapping[str, str] = {
        each["assignment"]: each["stage"] for each in grade.content["assignments"]
    }
    return {
        each.id: (each.earned, each.possible)
        for each in grade.criteria
        if each.earned is not None
        and (each.assignment is None or stages.get(each.assignment) in STAGES_DECIDED)
    }
