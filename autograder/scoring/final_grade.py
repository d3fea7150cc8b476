"""The final grade of a student: every sheet and every decision against the whole rubric."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from autograder.model import (
    Category,
    CategoryTotal,
    Course,
    Decisions,
    FinalGrade,
    GradeVerdict,
    Lang,
    Lateness,
    Mark,
    MinimumState,
    Presence,
    Rubric,
    Score,
    ScoreSheet,
)
from autograder.scoring.adjustments import applicable_adjustments, settle
from autograder.scoring.criteria import status
from autograder.scoring.reasons import reasons_for
from autograder.scoring.stages import is_open, score_every_criterion, stages_of
from autograder.scoring.validation import check_adjustments, check_decisions, check_sheets

NO_DECISION = Decisions()
IN_TIME = Lateness()
ONLY_SHEETS = Presence()  # nothing is handed in but what there are sheets of


def final_grade(
    course: Course,
    student: str,
    sheets: Sequence[ScoreSheet],
    decisions: Decisions = NO_DECISION,
    lang: Lang = "es",
    late: Lateness = IN_TIME,
    presence: Presence = ONLY_SHEETS,
) -> FinalGrade:
    """Return the final grade of a student, from at most one sheet per assignment.

    A mark replaces whatever its criterion earned. Bonuses and penalties are those of the sheets and
    of lateness less what was waived, and those that people set; each counts once. What came too
    late was not handed in. Only what is not handed in is zero: what waits for its grading, or for
    its deadline, is undecided. CourseError where a sheet or a decision does not belong to this
    course or this student.
    """
    check_sheets(course, student, sheets)
    check_decisions(course.rubric, student, decisions)
    counted = _counted_sheets(course, sheets, decisions, late)
    adjustments = applicable_adjustments(counted, decisions, late.adjustments)
    check_adjustments(course.rubric, student, adjustments)
    stages = stages_of(course, counted, late, presence)
    scores = _marked_scores(score_every_criterion(course, counted, lang, late, stages), decisions)
    categories = tuple(_category_total(each, scores) for each in course.rubric.categories)
    earned = sum((category.earned for category in categories), Fraction(0))
    waiting = sum((category.waiting for category in categories), Fraction(0))
    lines = settle(course.rubric, earned, adjustments, lang, decisions.waivers)
    total = earned + sum(line.points for line in lines)
    best_lines = settle(course.rubric, earned + waiting, adjustments)
    best = earned + waiting + sum(line.points for line in best_lines)
    verdict: GradeVerdict = "pending"
    if not is_open(course, stages, scores):
        verdict = _verdict(course.rubric, categories, total, best)
    return FinalGrade(
        student=student,
        sheets=counted,
        categories=categories,
        adjustments=lines,
        total=total,
        waiting=waiting,
        verdict=verdict,
        reasons=reasons_for(course, stages, adjustments, categories, total, waiting, best, verdict),
        stages=stages,
    )


def _counted_sheets(
    course: Course, sheets: Sequence[ScoreSheet], decisions: Decisions, late: Lateness
) -> tuple[ScoreSheet, ...]:
    """Return the accepted sheets with what people decided, in the course's order."""
    marks = _marks_by_criterion(decisions)
    by_assignment = {sheet.assignment: sheet for sheet in sheets}
    counted = []
    for assignment in course.assignments:
        if assignment.id in by_assignment and assignment.id not in late.refused:
            counted.append(_marked_sheet(by_assignment[assignment.id], marks))
    return tuple(counted)


def _marks_by_criterion(decisions: Decisions) -> dict[str, Mark]:
    return {mark.criterion: mark for mark in decisions.marks}


def _marked_sheet(sheet: ScoreSheet, marks: Mapping[str, Mark]) -> ScoreSheet:
    """Return the sheet with the marks of its criteria; they may leave nothing to review."""
    if not any(score.criterion in marks for score in sheet.scores):
        return sheet
    scores = tuple(_marked(score, marks) for score in sheet.scores)
    return replace(sheet, scores=scores, status=status(scores, sheet.findings))


def _marked_scores(scores: Mapping[str, Score], decisions: Decisions) -> dict[str, Score]:
    """Return scores by criterion, with the marks of people and the appeals of students."""
    marks = _marks_by_criterion(decisions)
    marked = {criterion: _marked(score, marks) for criterion, score in scores.items()}
    for appeal in decisions.appeals:
        marked[appeal.criterion] = replace(marked[appeal.criterion], appeal=appeal)
    return marked


def _marked(score: Score, marks: Mapping[str, Mark]) -> Score:
    """Return the score with its mark; what the harness found stays beside it, as a proposal."""
    mark = marks.get(score.criterion)
    if mark is None or score.mark is not None:
        return score
    found = score.earned if score.state == "auto" else score.proposed
    return replace(score, earned=mark.points, proposed=found, mark=mark)


def _category_total(category: Category, scores: Mapping[str, Score]) -> CategoryTotal:
    """Return the points of a category, and what they mean for its minimum."""
    own = tuple(scores[criterion.id] for criterion in category.criteria)
    earned = sum((score.earned for score in own if score.earned is not None), Fraction(0))
    waiting = sum((score.possible for score in own if score.earned is None), Fraction(0))
    if earned >= category.minimum:
        state = MinimumState.MET
    elif earned + waiting >= category.minimum:
        state = MinimumState.OPEN
    else:
        state = MinimumState.MISSED
    return CategoryTotal(
        category=category, scores=own, earned=earned, waiting=waiting, minimum_state=state
    )


def _verdict(
    rubric: Rubric, categories: Iterable[CategoryTotal], total: Fraction, best: Fraction
) -> GradeVerdict:
    """Return the verdict on decided points.

    `best` is what `total` becomes if every waiting point is earned.
    """
    states = {category.minimum_state for category in categories}
    if best < rubric.pass_total or MinimumState.MISSED in states:
        return "failed"
    if total >= rubric.pass_total and states <= {MinimumState.MET}:
        return "passed"
    return "pending"
