"""Validation of sheets and decisions against a student and a rubric, before they are added up."""

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
    """Raise CourseError where a sheet or a score is not this student's, or not of this rubric."""
    known = {}
    for assignment in course.assignments:
        known[assignment.id] = {each.id: each.points for each in assignment.criteria}
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
            for score in sheet.scores:
                if complaint := _score_complaint(score, known[sheet.assignment]):
                    complaints.append(f"{where}: {complaint}")
    if complaints:
        raise CourseError(*complaints)


def _score_complaint(score: Score, points: dict[str, Fraction]) -> str:
    """Return what is wrong with a score that was read from a file; empty where nothing is."""
    if points.get(score.criterion) != score.possible:
        now = points.get(score.criterion, "none")
        was = f"{score.criterion} was worth {score.possible} points and is worth {now} now"
        return f"{was}; grade the assignment again"
    if score.earned is not None and not 0 <= score.earned <= score.possible:
        return f"{score.criterion} must earn from 0 to {score.possible} points, got {score.earned}"
    return ""


def check_adjustments(rubric: Rubric, student: str, adjustments: Sequence[Adjustment]) -> None:
    """Raise CourseError where the rubric has no such adjustment, or its days do not fit."""
    entries: tuple[Bonus | Penalty, ...] = (*rubric.bonuses, *rubric.penalties)
    known = {entry.id: entry for entry in entries}
    ids = [a.id for a in adjustments]
    complaints = []
    for position, adjustment in enumerate(adjustments):
        where, days = f"{student}: {adjustment.id}", adjustment.days
        entry = known.get(adjustment.id)
        counts_days = isinstance(entry, Penalty) and entry.days > 0
        if entry is None:
            hint = did_you_mean(adjustment.id, known)
            hint = hint or f"; expected one of {', '.join(known) or 'none'}"
            complaints.append(f"{student}: no bonus or penalty {adjustment.id!r}{hint}")
        elif adjustment.id in ids[:position]:
            complaints.append(f"{where} is declared twice; keep one, with all its days")
        elif counts_days and days < 1:
            complaints.append(f"{where} counts days, expected 1 or more, got {days}")
        elif days and not counts_days:
            complaints.append(f"{where} does not count days, got {days}; leave them out")
    if complaints:
        raise CourseError(*complaints)


def check_decisions(rubric: Rubric, student: str, decisions: Decisions) -> None:
    """Raise CourseError where the rubric has no such criterion or waiver, or a mark is too high."""
    known = {b.id for b in rubric.bonuses} | {p.id for p in rubric.penalties}
    points = {c.id: c.points for c in rubric.criteria.values()}
    complaints = []
    for mark in decisions.marks:
        if mark.criterion not in points:
            hint = did_you_mean(mark.criterion, points)
            complaints.append(f"{student}: no criterion {mark.criterion!r} in the rubric{hint}")
        elif not 0 <= mark.points <= points[mark.criterion]:
            possible = points[mark.criterion]
            complaints.append(
                f"{student}: {mark.criterion} takes from 0 to {possible} points, got {mark.points}"
            )
    for appeal in decisions.appeals:
        if appeal.criterion not in points:
            hint = did_you_mean(appeal.criterion, points)
            complaints.append(f"{student}: no criterion {appeal.criterion!r} in the rubric{hint}")
    for waiver in decisions.waivers:
        if waiver.id not in known:
            complaints.append(
                f"{student}: no bonus or penalty {waiver.id!r}{did_you_mean(waiver.id, known)}"
            )
        elif waiver.id in [a.id for a in decisions.adjustments]:
            complaints.append(f"{student}: {waiver.id} is both set and waived; keep one")
    if complaints:
        raise CourseError(*complaints)
