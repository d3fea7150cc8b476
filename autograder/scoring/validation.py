"""Whether sheets and adjustments belong to this student and this rubric: held before anything is
added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from autograder.errors import CourseError
from autograder.model import (
    Adjustment,
    Bonus,
    Course,
    Decisions,
    Penalty,
    Rubric,
    Score,
    ScoreSheet,
)
from autograder.text.suggestions import did_you_mean


def check_sheets(course: Course, student: str, sheets: Sequence[ScoreSheet]) -> None:
    """CourseError with a complaint per sheet or score that is not this student's, or not of this
    rubric.
    """
    known = {a.id: {c.id: c.points for c in a.criteria} for a in course.assignments}
    complaints = []
    for position, sheet in enumerate(sheets):
        where = f"{student}: {sheet.assignment}"
        if sheet.student != student:
            complaints.append(f"{where}: this sheet belongs to {sheet.student!r}")
        if sheet.assignment not in known:
            hint = did_you_mean(sheet.assignment, list(known))
            complaints.append(f"{where}: no such assignment in the course{hint}")
        elif sheet.assignment in [s.assignment for s in sheets[:position]]:
            complaints.append(f"{where}: two sheets, expected one; keep the one that counts")
        else:
            points = known[sheet.assignment]
            complaints += [
                f"{where}: {what}" for s in sheet.scores if (what := _unsound(s, points))
            ]
    if complaints:
        raise CourseError(*complaints)


def _unsound(score: Score, points: dict[str, Fraction]) -> str:
    """What is wrong with a score that was read back, if anything."""
    if points.get(score.criterion) != score.possible:
        now = points.get(score.criterion, "none")
        was = f"{score.criterion} was worth {score.possible} points and is worth {now} now"
        return f"{was}; grade the assignment again"
    if score.earned is not None and not 0 <= score.earned <= score.possible:
        return f"{score.criterion} must earn from 0 to {score.possible} points, got {score.earned}"
    return ""


def check_adjustments(rubric: Rubric, student: str, adjustments: Sequence[Adjustment]) -> None:
    """CourseError with a complaint per adjustment that the rubric does not know, or that makes no
    sense.
    """
    entries: tuple[Bonus | Penalty, ...] = (*rubric.bonuses, *rubric.penalties)
    known = {entry.id: entry for entry in entries}
    ids = [a.id for a in adjustments]
    complaints = []
    for position, a in enumerate(adjustments):
        entry = known.get(a.id)
        if entry is None:
            hint = did_you_mean(a.id, known) or f"; expected one of {', '.join(known) or 'none'}"
            complaints.append(f"{student}: no bonus or penalty {a.id!r}{hint}")
        elif a.id in ids[:position]:
            complaints.append(f"{student}: {a.id} is declared twice; keep one, with all its days")
        elif isinstance(entry, Penalty) and entry.days and a.days < 1:
            complaints.append(f"{student}: {a.id} counts days, expected 1 or more, got {a.days}")
        elif a.days and not (isinstance(entry, Penalty) and entry.days):
            complaints.append(
                f"{student}: {a.id} does not count days, got {a.days}; leave them out"
            )
    if complaints:
        raise CourseError(*complaints)


def check_decisions(rubric: Rubric, student: str, decisions: Decisions) -> None:
    """CourseError with a complaint per mark or waiver that the rubric does not know, or out of
    bounds.
    """
    known = {b.id for b in rubric.bonuses} | {p.id for p in rubric.penalties}
    points = {c.id: c.points for c in rubric.criteria.values()}
    complaints = []
    for mark in decisions.marks:
        if mark.criterion not in points:
            hint = did_you_mean(mark.criterion, points)
            complaints.append(f"{student}: no criterion {mark.criterion!r} in the rubric{hint}")
        elif not 0 <= mark.points <= points[mark.criterion]:
            most = points[mark.criterion]
            complaints.append(
                f"{student}: {mark.criterion} takes from 0 to {most} points, got {mark.points}"
            )
    for waiver in decisions.waivers:
        if waiver.id not in known:
            complaints.append(
                f"{student}: no bonus or penalty {waiver.id!r}{did_you_mean(waiver.id, known)}"
            )
        elif waiver.id in [a.id for a in decisions.adjustments]:
            complaints.append(f"{student}: {waiver.id} is both set and waived; keep one")
    if complaints:
        raise CourseError(*complaints)
