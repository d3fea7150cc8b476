"""The table of scores as CSV: one row per student, safe to open in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from autograder.model import Course, FinalGrade
from autograder.report.labels import labels
from autograder.report.measured_accuracy import band_of, measured, project_level
from autograder.report.section import decided, stage_of
from autograder.scoring.criteria import format_points
from autograder.text.sanitize import defused

GRADED = "graded"  # by the present graders
_PLAIN = re.compile(r"[\w .-]*")  # needs no quotes, whatever separates cells


def scores_csv(course: Course, final_grades: Sequence[FinalGrade]) -> str:
    """The scores of a class as text; numbers have a decimal point, what is not decided is blank."""
    rows = [_header(course), *(_row(course, final_grade) for final_grade in final_grades)]
    return "".join(",".join(map(_cell, row)) + "\n" for row in rows)


def _header(course: Course) -> Iterable[str]:
    categories = [c.id for c in course.rubric.categories]
    last = ["bonuses", "penalties", "total", "waiting", "verdict"]
    levels = [f"{c.id}_level" for c in course.rubric.categories if c.bands]
    project = ["accuracy", "project_level"] if course.rubric.accuracy else []
    stages = [f"{a.id}_stage" for a in course.assignments]
    return ["student", *course.rubric.criteria, *categories, *last, *levels, *project, *stages]


def _row(course: Course, final_grade: FinalGrade) -> Iterable[str]:
    scores = {s.criterion: s.earned for category in final_grade.categories for s in category.scores}
    categories = {c.category.id: decided(c) for c in final_grade.categories}
    bonus_ids = {b.id for b in course.rubric.bonuses}
    bonuses = sum((a.points for a in final_grade.adjustments if a.id in bonus_ids), Fraction(0))
    penalties = sum(
        (a.points for a in final_grade.adjustments if a.id not in bonus_ids), Fraction(0)
    )
    points = [
        *(scores.get(c) for c in course.rubric.criteria),
        *(categories.get(c.id) for c in course.rubric.categories),
        *(bonuses, penalties, final_grade.total, final_grade.waiting),
    ]
    numbers = ("" if p is None else format_points(p, "en") for p in points)
    stages = stage_words(final_grade)
    ends = (*_levels(course, final_grade), *(stages.get(a.id, "") for a in course.assignments))
    return [final_grade.student, *numbers, final_grade.verdict, *ends]


def stage_words(final_grade: FinalGrade) -> dict[str, str]:
    """How far each assignment is, in words that the table and the terminal share."""
    earlier = {sheet.assignment for sheet in final_grade.sheets if sheet.is_earlier}
    words = labels("en")["stage"]
    return {
        id: words[stage_of(stage, is_earlier=id in earlier)].lower()
        for id, stage in final_grade.stages.items()
    }


def _levels(course: Course, final_grade: FinalGrade) -> Iterable[str]:
    """The level in each category that has any, as its band's id, then the measured accuracy and its
    level.
    """
    for total in final_grade.categories:
        if total.category.bands:
            band = None if total.waiting else band_of(total.category.bands, total.earned)
            yield band.id if band else ""
    if course.rubric.accuracy:
        found = measured(final_grade)
        level = project_level(course.rubric, found.measurement) if found else None
        yield (
            f"{int(found.measurement.accuracy * 10_000) / 10_000:.4f}" if found else ""
        )  # down, as on the page
        yield level.id if level else ""


def _cell(text: str) -> str:
    """`text` as any spreadsheet may hold it, be its separator a semicolon."""
    shown = defused(text)
    return shown if _PLAIN.fullmatch(shown) else '"' + shown.replace('"', '""') + '"'
