"""A final grade for machines: the complete score sheet of a student as JSON, with what people
decided.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from autograder.model import (
    AdjustmentLine,
    CategoryTotal,
    Course,
    FinalGrade,
    Mark,
    Measurement,
    Score,
    ScoreSheet,
    Text,
)
from autograder.report.measured_accuracy import band_of, measured, project_level
from autograder.results import exact, number, points, written
from autograder.version import __version__

SCHEMA = 2


def final_grade_json(course: Course, final_grade: FinalGrade) -> str:
    """The file's text; the same final grade gives the same bytes. `docs/reference/results.md` describes it."""
    found = measured(final_grade)
    homes = {c.id: a.id for a in course.assignments for c in a.criteria}
    scores = [
        (total.category.id, score) for total in final_grade.categories for score in total.scores
    ]
    rubric = course.rubric
    content = {
        "schema": SCHEMA,
        "version": __version__,
        "course": course.id,
        "rubric": course.digest,
        "student": final_grade.student,
        "verdict": final_grade.verdict,
        "reasons": [_text(reason) for reason in final_grade.reasons],
        **points(final_grade.total, rubric.total, "total"),
        "pass_total_exact": exact(rubric.pass_total),
        "waiting_exact": exact(final_grade.waiting),
        "categories": [_category(total) for total in final_grade.categories],
        "criteria": [_criterion(category, homes.get(s.criterion), s) for category, s in scores],
        "adjustments": [_adjustment(line) for line in final_grade.adjustments],
        "measurement": _measurement(course, found.measurement) if found is not None else None,
        "assignments": [_assignment(final_grade, a.id) for a in course.assignments],
        "sheets": [_sheet(sheet) for sheet in final_grade.sheets],
    }
    return written(content)


def _category(total: CategoryTotal) -> dict[str, Any]:
    band = None if total.waiting else band_of(total.category.bands, total.earned)
    return {
        "id": total.category.id,
        **points(total.earned, total.category.points),
        "minimum_exact": exact(total.category.minimum),
        "waiting_exact": exact(total.waiting),
        "met": total.minimum_state.value,
        "level": band.id if band else None,
    }


def _criterion(category: str, assignment: str | None, score: Score) -> dict[str, Any]:
    outcomes = Counter(check.outcome.value for check in score.checks)
    return {
        "id": score.criterion,
        "category": category,
        "assignment": assignment,
        **points(score.earned, score.possible),
        "state": score.state,
        "found_exact": exact(
            score.earned if score.state == "auto" and score.mark is None else score.proposed
        ),
        "mark": _mark(score.mark),
        "checks": dict(sorted(outcomes.items())),
    }


def _mark(mark: Mark | None) -> dict[str, Any] | None:
    return None if mark is None else {"author": mark.author, "reason": mark.reason}


def _adjustment(line: AdjustmentLine) -> dict[str, Any]:
    waiver = line.waiver
    return {
        "id": line.id,
        "applied": line.applied,
        "points": number(line.points),
        "points_exact": exact(line.points),
        "reason": line.reason,
        "author": line.author,
        "waiver": None if waiver is None else {"author": waiver.author, "reason": waiver.reason},
    }


def _measurement(course: Course, m: Measurement) -> dict[str, Any]:
    level = project_level(course.rubric, m)
    return {
        "list": m.list,
        "accuracy": number(m.accuracy),
        "correct": m.correct,
        "n": m.n,
        "total": m.total,
        "top5": m.top5,
        "interval": [number(bound) for bound in m.interval],
        "decided_by": m.decided_by,
        "error": number(m.error),
        "level": level.id if level else None,
        "signature": m.signature,
    }


def _assignment(final_grade: FinalGrade, id: str) -> dict[str, Any]:
    sheet = next((sheet for sheet in final_grade.sheets if sheet.assignment == id), None)
    return {
        "assignment": id,
        "stage": final_grade.stages.get(id, "unknown"),
        "by_earlier_graders": sheet is not None and sheet.is_earlier,
    }


def _sheet(sheet: ScoreSheet) -> dict[str, Any]:
    return {
        "assignment": sheet.assignment,
        "status": sheet.status,
        "seed": sheet.seed,
        "submission": sheet.submission_digest,
        "grader": sheet.basis.digest,
    }


def _text(text: Text) -> dict[str, str]:
    return {"es": text.es, "en": text.en}
