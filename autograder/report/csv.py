"""The table of scores as CSV: one row per student, safe to open in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from autograder.handin.collect.identity.enrollment import NOBODY, Enrollment, Enrollments, names_in
from autograder.model import Course, FinalGrade
from autograder.report.labels import label_group
from autograder.report.measured_accuracy import band_reached, model_measurement, project_level
from autograder.report.section import decided, stage_word
from autograder.scoring.criteria import format_points
from autograder.text.sanitize import defused

GRADED = "graded"  # the word of an assignment that the present graders graded
# Spreadsheets take a comma, a semicolon or a tab as separator. csv.writer quotes only for the one
# that it writes itself, so that a name such as "a;=1+1" would begin a new cell, or it quotes every
# number, too.
_NEEDS_NO_QUOTES = re.compile(r"[\w .-]*")


def scores_csv(
    course: Course, final_grades: Sequence[FinalGrade], enrollments: Enrollments = NOBODY
) -> str:
    """Return the scores of a class; numbers have a decimal point, what is undecided is blank.

    The last columns are the sections and groups of the list of students, where it has any.
    """
    rows = [_header(course), *(_row(course, final_grade) for final_grade in final_grades)]
    if names_in(enrollments):
        rows[0] += ["sections", "groups"]
        for row, final_grade in zip(rows[1:], final_grades, strict=True):
            own = enrollments.get(final_grade.student, Enrollment())
            row += [", ".join(own.sections), ", ".join(own.groups)]
    return "".join(",".join(map(_cell, row)) + "\n" for row in rows)


def _header(course: Course) -> list[str]:
    categories = [c.id for c in course.rubric.categories]
    totals = ["bonuses", "penalties", "total", "waiting", "verdict"]
    levels = [f"{c.id}_level" for c in course.rubric.categories if c.bands]
    project = ["accuracy", "project_level"] if course.rubric.accuracy else []
    stages = [f"{a.id}_stage" for a in course.assignments]
    return ["student", *course.rubric.criteria, *categories, *totals, *levels, *project, *stages]


def _row(course: Course, final_grade: FinalGrade) -> list[str]:
    scores = {s.criterion: s.earned for category in final_grade.categories for s in category.scores}
    categories = {c.category.id: decided(c) for c in final_grade.categories}
    bonuses, penalties = _bonuses_and_penalties(course, final_grade)
    points = [scores.get(c) for c in course.rubric.criteria]
    points += [categories.get(c.id) for c in course.rubric.categories]
    points += [bonuses, penalties, final_grade.total, final_grade.waiting]
    numbers = ["" if p is None else format_points(p, "en") for p in points]
    words = stage_words(final_grade)
    stages = [words.get(a.id, "") for a in course.assignments]
    levels = [*_levels(final_grade), *_project(course, final_grade)]
    return [final_grade.student, *numbers, final_grade.verdict, *levels, *stages]


def _bonuses_and_penalties(course: Course, final_grade: FinalGrade) -> tuple[Fraction, Fraction]:
    """Return the points of all bonuses, and those of all penalties."""
    bonus_ids = {bonus.id for bonus in course.rubric.bonuses}
    bonuses, penalties = Fraction(0), Fraction(0)
    for line in final_grade.adjustments:
        if line.id in bonus_ids:
            bonuses += line.points
        else:
            penalties += line.points
    return bonuses, penalties


def stage_words(final_grade: FinalGrade) -> dict[str, str]:
    """Return how far each assignment is, in words that the table and the terminal share."""
    earlier = {sheet.assignment for sheet in final_grade.sheets if sheet.is_earlier}
    labels = label_group("stage", "en")
    words = {}
    for assignment, stage in final_grade.stages.items():
        words[assignment] = labels[stage_word(stage, is_earlier=assignment in earlier)].lower()
    return words


def _levels(final_grade: FinalGrade) -> Iterator[str]:
    """Yield the level in each category that has any, as its band's id; blank while points wait."""
    for total in final_grade.categories:
        if total.category.bands:
            band = None if total.waiting else band_reached(total.category.bands, total.earned)
            yield band.id if band else ""


def _project(course: Course, final_grade: FinalGrade) -> list[str]:
    """Return the measured accuracy, rounded down as on the page, and its level."""
    if course.rubric.accuracy is None:
        return []
    measured = model_measurement(final_grade)
    if measured is None:
        return ["", ""]
    level = project_level(course.rubric, measured.measurement)
    accuracy = int(measured.measurement.accuracy * 10_000) / 10_000
    return [f"{accuracy:.4f}", level.id if level else ""]


def _cell(text: str) -> str:
    """Return `text` as a cell that stays one cell, whatever the spreadsheet's separator."""
    shown = defused(text)
    if _NEEDS_NO_QUOTES.fullmatch(shown):
        return shown
    return '"' + shown.replace('"', '""') + '"'
