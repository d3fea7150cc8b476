"""A final grade for programs: a student's complete score sheet as JSON, decisions included."""

from __future__ import annotations

from collections import Counter

from autograder.model import (
    AdjustmentLine,
    Appeal,
    CategoryTotal,
    Course,
    FinalGrade,
    Mark,
    Measurement,
    Score,
    ScoreSheet,
    Text,
    format_seed,
)
from autograder.report.measured_accuracy import band_reached, model_measurement, project_level
from autograder.results import (
    JsonObject,
    exact_text,
    json_text,
    points_fields,
    rounded_number,
)
from autograder.version import __version__

SCHEMA_VERSION = 4


def final_grade_json(course: Course, final_grade: FinalGrade) -> str:
    """Return the file's text: the same bytes for the same final grade.

    `docs/reference/results.md` describes it.
    """
    measured = model_measurement(final_grade)
    rubric = course.rubric
    content: JsonObject = {
        "schema": SCHEMA_VERSION,
        "version": __version__,
        "course": course.id,
        "rubric": course.digest,
        "student": final_grade.student,
        "verdict": final_grade.verdict,
        "reasons": [_text(reason) for reason in final_grade.reasons],
        **points_fields(final_grade.total, rubric.total, "total"),
        "pass_total_exact": exact_text(rubric.pass_total),
        "waiting_exact": exact_text(final_grade.waiting),
        "categories": [_category(total) for total in final_grade.categories],
        "criteria": _criteria(course, final_grade),
        "adjustments": [_adjustment(line) for line in final_grade.adjustments],
        "measurement": _measurement(course, measured.measurement) if measured else None,
        "assignments": [_assignment(final_grade, a.id) for a in course.assignments],
        "sheets": [_sheet(sheet) for sheet in final_grade.sheets],
    }
    return json_text(content)


def _category(total: CategoryTotal) -> JsonObject:
    band = None if total.waiting else band_reached(total.category.bands, total.earned)
    return {
        "id": total.category.id,
        **points_fields(total.earned, total.category.points),
        "minimum_exact": exact_text(total.category.minimum),
        "waiting_exact": exact_text(total.waiting),
        "met": total.minimum_state.value,
        "level": band.id if band else None,
    }


def _criteria(course: Course, final_grade: FinalGrade) -> list[JsonObject]:
    assignment_of = {c.id: a.id for a in course.assignments for c in a.criteria}
    criteria = []
    for total in final_grade.categories:
        for score in total.scores:
            assignment = assignment_of.get(score.criterion)
            criteria.append(_criterion(total.category.id, assignment, score))
    return criteria


def _criterion(category: str, assignment: str | None, score: Score) -> JsonObject:
    outcomes = Counter(check.outcome.value for check in score.checks)
    is_unchanged = score.state == "auto" and score.mark is None
    found = score.earned if is_unchanged else score.proposed
    return {
        "id": score.criterion,
        "category": category,
        "assignment": assignment,
        **points_fields(score.earned, score.possible),
        "state": score.state,
        "found_exact": exact_text(found),
        "mark": _mark(score.mark),
        "appeal": _appeal(score.appeal),
        "checks": dict(sorted(outcomes.items())),
    }


def _mark(mark: Mark | None) -> JsonObject | None:
    if mark is None:
        return None
    return {"author": mark.author, "reason": mark.reason, "overrules": list(mark.overrules)}


def _appeal(appeal: Appeal | None) -> JsonObject | None:
    if appeal is None:
        return None
    return {"asks": appeal.asks, "author": appeal.author, "reason": appeal.reason}


def _adjustment(line: AdjustmentLine) -> JsonObject:
    waiver = line.waiver
    return {
        "id": line.id,
        "applied": line.applied,
        "points": rounded_number(line.points),
        "points_exact": exact_text(line.points),
        "reason": line.reason,
        "author": line.author,
        "waiver": None if waiver is None else {"author": waiver.author, "reason": waiver.reason},
    }


def _measurement(course: Course, m: Measurement) -> JsonObject:
    level = project_level(course.rubric, m)
    return {
        "list": m.list,
        "accuracy": rounded_number(m.accuracy),
        "correct": m.correct,
        "n": m.n,
        "total": m.total,
        "top5": m.top5,
        "interval": [rounded_number(bound) for bound in m.interval],
        "decided_by": m.decided_by,
        "error": rounded_number(m.error),
        "level": level.id if level else None,
        "signature": m.signature,
    }


def _assignment(final_grade: FinalGrade, assignment_id: str) -> JsonObject:
    sheets = [sheet for sheet in final_grade.sheets if sheet.assignment == assignment_id]
    return {
        "assignment": assignment_id,
        "stage": final_grade.stages.get(assignment_id, "unknown"),
        "by_earlier_graders": any(sheet.is_earlier for sheet in sheets[:1]),
    }


def _sheet(sheet: ScoreSheet) -> JsonObject:
    return {
        "assignment": sheet.assignment,
        "status": sheet.status,
        "seed": format_seed(sheet.seed),
        "submission": sheet.submission_digest,
        "grader": sheet.basis.digest,
    }


def _text(text: Text) -> dict[str, str]:
    return {"es": text.es, "en": text.en}
