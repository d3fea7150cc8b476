"""Marks from formgrader, imported into the decisions of marks.yml unless those disagree."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from autograder.integrations.gradebook.entries import FORMGRADER_AUTHOR
from autograder.integrations.gradebook.scores import ManualScore
from autograder.model import Course, Criterion, Decisions, Lang, Mark
from autograder.release.notebook import grade_id
from autograder.scoring.overrides import decide
from autograder.text.sentences import say


@dataclass(slots=True, kw_only=True)
class ImportedMarks:
    """The decisions with those from formgrader."""

    decided: dict[str, Decisions]
    new: list[tuple[str, Mark]] = field(default_factory=list)  # the new ones, with the student
    complaints: list[str] = field(default_factory=list)  # what a person must settle


def import_marks(
    course: Course,
    manual_scores: Iterable[ManualScore],
    decided: Mapping[str, Decisions],
    students: Collection[str],
    lang: Lang,
) -> ImportedMarks:
    """Make marks from formgrader's scores.

    A mark of another author stays, with a complaint if the points differ.
    """
    criteria = {
        (assignment.id, grade_id(criterion.id)): criterion
        for assignment in course.assignments
        for criterion in assignment.criteria
    }
    imported = ImportedMarks(decided=dict(decided))
    for score in manual_scores:
        criterion = criteria.get((score.assignment, score.cell))
        if criterion is not None:  # else a task of the instructor's own
            _import_score(imported, score, criterion, students, lang)
    return imported


def _import_score(
    imported: ImportedMarks,
    score: ManualScore,
    criterion: Criterion,
    students: Collection[str],
    lang: Lang,
) -> None:
    """Add the mark of one score, or a complaint about it."""
    where = f"{score.student}: {criterion.id}"
    if score.extra_credit:
        imported.complaints.append(f"{where}: {_extra_credit_text(score.extra_credit)}")
    if score.points is None:
        return
    decisions = imported.decided.get(score.student, Decisions())
    mark = next((mark for mark in decisions.marks if mark.criterion == criterion.id), None)
    problem = _problem(score.points, score.student, criterion, mark, students)
    if problem:
        imported.complaints.append(f"{where}: {problem}")
        return
    if mark is not None and mark.author != FORMGRADER_AUTHOR:
        return
    new = Mark(
        criterion=criterion.id,
        points=Fraction(repr(score.points)),
        author=FORMGRADER_AUTHOR,
        reason=score.comment or say("gradebook", "decided", lang),
    )
    if new != mark:
        imported.decided[score.student] = decide(decisions, new)
        imported.new.append((score.student, new))


def _extra_credit_text(points: float) -> str:
    return (
        f"extra credit of {points:g} in formgrader stays there; "
        "in the report only bonuses go beyond the points"
    )


def _problem(
    points: float, student: str, criterion: Criterion, mark: Mark | None, students: Collection[str]
) -> str:
    """Return why a score cannot be imported; empty if it can."""
    if not (math.isfinite(points) and 0 <= points <= criterion.points):
        return (
            f"{points:g} points in formgrader, which takes any number; give 0 to {criterion.points}"
        )
    if mark is not None and mark.author != FORMGRADER_AUTHOR and float(mark.points) != points:
        theirs = f"{float(mark.points):g} of {mark.author} in marks.yml"
        return f"{points:g} in formgrader, {theirs}; both are kept: make them agree"
    if student not in students:
        return "marked in formgrader, but no folder of hand-ins has that name"
    return ""
