"""FinalGrade: where a student stands against the whole rubric, by every sheet and by what people
decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from autograder.model import (
    NOT_ACCEPTED,
    Adjustment,
    Assignment,
    Category,
    CategoryTotal,
    CheckResult,
    Course,
    Criterion,
    Decisions,
    FinalGrade,
    Lang,
    Lateness,
    Mark,
    Outcome,
    Presence,
    Rubric,
    Score,
    ScoreSheet,
    Stage,
    Text,
    Verdict,
)
from autograder.scoring.adjustments import gather, settle, too_late
from autograder.scoring.criteria import format_points, status
from autograder.scoring.validation import check_adjustments, check_decisions, check_sheets
from autograder.text.sentences import in_each, say, say_in_each

NOTHING_DECIDED = Decisions()
IN_TIME = Lateness()
NOTHING_MORE = Presence()  # than there are sheets of


def final_grade(
    course: Course,
    student: str,
    sheets: Sequence[ScoreSheet],
    decisions: Decisions = NOTHING_DECIDED,
    lang: Lang = "es",
    late: Lateness = IN_TIME,
    presence: Presence = NOTHING_MORE,
) -> FinalGrade:
    """Where a student stands against the whole rubric, with at most one sheet per assignment.

    A mark stands in the place of whatever its criterion earned. Bonuses and penalties are those of
    the sheets and of lateness less what was waived, and those that people set; each counts once.
    What came too late was not handed in. Only what is not handed in is zero: what waits for its
    grading, or for its deadline, is undecided. CourseError where a sheet or a decision does not
    belong to this course or this student.
    """
    rubric = course.rubric
    check_sheets(course, student, sheets)
    check_decisions(rubric, student, decisions)
    marks = {mark.criterion: mark for mark in decisions.marks}
    accepted = [sheet for sheet in sheets if sheet.assignment not in late.refused]
    by_assignment = {sheet.assignment: _marked_sheet(sheet, marks) for sheet in accepted}
    sheets = [by_assignment[a.id] for a in course.assignments if a.id in by_assignment]
    adjustments = gather(sheets, decisions, late.adjustments)
    check_adjustments(rubric, student, adjustments)
    stages = {a.id: _stage(by_assignment.get(a.id), a, late, presence) for a in course.assignments}
    scores = {
        id: _marked(score, marks)
        for id, score in _every_score(course, sheets, lang, late, stages).items()
    }
    categories = tuple(_category_total(category, scores) for category in rubric.categories)
    earned = sum((c.earned for c in categories), Fraction(0))
    waiting = sum((c.waiting for c in categories), Fraction(0))
    lines = settle(rubric, earned, adjustments, lang, decisions.waivers)
    total = earned + sum(line.points for line in lines)
    best = (
        earned
        + waiting
        + sum(line.points for line in settle(rubric, earned + waiting, adjustments))
    )
    verdict = (
        "pending" if _is_open(course, stages, scores) else _verdict(rubric, categories, total, best)
    )
    return FinalGrade(
        student=student,
        sheets=tuple(sheets),
        categories=categories,
        adjustments=lines,
        total=total,
        waiting=waiting,
        verdict=verdict,
        reasons=(
            *_not_graded_yet(course, stages),
            *_too_late(rubric, adjustments),
            *(_short_of_minimum(c) for c in categories if c.met is not True),
            *_about_total(rubric, total, waiting, best, verdict),
        ),
        stages=stages,
    )


def _marked_sheet(sheet: ScoreSheet, marks: dict[str, Mark]) -> ScoreSheet:
    """The sheet with what a person decided, which may leave nothing to look at."""
    if not any(score.criterion in marks for score in sheet.scores):
        return sheet
    scores = tuple(_marked(score, marks) for score in sheet.scores)
    return replace(sheet, scores=scores, status=status(scores, sheet.findings))


def _marked(score: Score, marks: dict[str, Mark]) -> Score:
    """The score with its mark; what the harness found is kept beside it."""
    mark = marks.get(score.criterion)
    if mark is None or score.mark is not None:
        return score
    found = score.earned if score.state == "auto" else score.proposed
    return replace(score, earned=mark.points, proposed=found, mark=mark)


def _stage(
    sheet: ScoreSheet | None, assignment: Assignment, late: Lateness, presence: Presence
) -> Stage:
    """How far an assignment is."""
    if sheet is not None:
        is_open = all(s.state == "not_graded" and s.mark is None for s in sheet.scores)
        return "handed_in" if is_open else "graded"
    if assignment.id in late.refused:
        return "absent"
    if assignment.id in presence.handed_in:
        return "handed_in"
    if assignment.id in presence.not_due:
        return "not_due"
    return "absent" if presence.is_known else "unknown"


def _is_open(course: Course, stages: Mapping[str, Stage], scores: Mapping[str, Score]) -> bool:
    """Whether graders have something to decide that neither they nor a person have decided."""
    waiting = [
        a for a in course.assignments if a.is_gradable and stages[a.id] in ("handed_in", "unknown")
    ]
    return any(scores[c.id].earned is None for a in waiting for c in a.criteria)


def _every_score(
    course: Course,
    sheets: Sequence[ScoreSheet],
    lang: Lang,
    late: Lateness,
    stages: Mapping[str, Stage],
) -> dict[str, Score]:
    """A score for every criterion of the rubric, where a sheet has none too."""
    missing = {c.id: _without_sheet(c, None, lang) for c in course.rubric.criteria.values()}
    graded = {sheet.assignment: sheet for sheet in sheets}
    for assignment in course.assignments:
        if assignment.id in graded:
            missing.update({s.criterion: s for s in graded[assignment.id].scores})
        elif assignment.is_gradable and stages[assignment.id] == "absent":
            why = late.refused.get(assignment.id, "")
            missing.update(
                {c.id: _without_sheet(c, assignment, lang, why) for c in assignment.criteria}
            )
    return missing


def _without_sheet(
    criterion: Criterion, gradable: Assignment | None, lang: Lang, refusal: str = ""
) -> Score:
    """Zero where an assignment was not handed in, or too late; undecided where it is not graded
    yet.
    """
    if gradable is None:
        return Score(
            criterion=criterion.id, earned=None, possible=criterion.points, state="not_graded"
        )
    nothing = CheckResult(
        id=f"{gradable.id}.{NOT_ACCEPTED if refusal else 'nothing_handed_in'}",
        criterion=criterion.id,
        outcome=Outcome.MISSING,
        message=refusal or say("final_grade", "nothing_handed_in", lang),
    )
    return Score(
        criterion=criterion.id,
        earned=Fraction(0),
        possible=criterion.points,
        state="auto",
        checks=(nothing,),
    )


def _category_total(category: Category, scores: dict[str, Score]) -> CategoryTotal:
    own = tuple(scores[c.id] for c in category.criteria)
    earned = sum((s.earned for s in own if s.earned is not None), Fraction(0))
    waiting = sum((s.possible for s in own if s.earned is None), Fraction(0))
    met = (
        True
        if earned >= category.minimum
        else None
        if earned + waiting >= category.minimum
        else False
    )
    return CategoryTotal(category=category, scores=own, earned=earned, waiting=waiting, met=met)


def _verdict(
    rubric: Rubric, categories: Sequence[CategoryTotal], total: Fraction, best: Fraction
) -> Verdict:
    """`total` is what is decided, `best` what it becomes if every waiting point is earned."""
    if best < rubric.pass_total or any(c.met is False for c in categories):
        return "failed"
    return "passed" if total >= rubric.pass_total and all(c.met for c in categories) else "pending"


def _not_graded_yet(course: Course, stages: Mapping[str, Stage]) -> list[Text]:
    waiting = [a.title for a in course.assignments if a.is_gradable and stages[a.id] == "handed_in"]
    if not waiting:
        return []
    titles = in_each(lambda lang: ", ".join(title.in_(lang) for title in waiting))
    return [say_in_each("final_grade", "not_graded_yet", titles=titles)]


def _too_late(rubric: Rubric, adjustments: Sequence[Adjustment]) -> list[Text]:
    days = {a.id: a.days for a in adjustments}
    return [text for p in rubric.penalties if (text := too_late(p, days.get(p.id, 0)))]


def _short_of_minimum(category: CategoryTotal) -> Text:
    goal = say_in_each("final_grade", "minimum_of", title=category.category.title)
    return _short(
        goal,
        category.earned,
        category.category.minimum,
        category.waiting,
        lost=category.met is False,
    )


def _about_total(
    rubric: Rubric, total: Fraction, waiting: Fraction, best: Fraction, verdict: Verdict
) -> list[Text]:
    if total < rubric.pass_total:
        goal = say_in_each("final_grade", "passing")
        return [_short(goal, total, rubric.pass_total, waiting, lost=best < rubric.pass_total)]
    if verdict != "passed":
        return []
    had, possible = format_points(total, "en"), format_points(rubric.total, "en")
    return [say_in_each("final_grade", "reached", total=had, possible=possible)]


def _short(
    goal: Text, earned: Fraction, needed: Fraction, waiting: Fraction, *, lost: bool
) -> Text:
    """How many points are missing, and how many may still come.

    A miss by a hair never reads as zero points missing: there what is earned is rounded down.
    """
    had = Fraction((earned * 200 + 1) // 2, 100)
    had = had if had < needed else Fraction(earned * 100 // 1, 100)
    key = "undecided_too_few" if lost else "undecided"
    undecided = (
        say_in_each("final_grade", key, count=format_points(waiting, "en")) if waiting else ""
    )
    return say_in_each(
        "final_grade",
        "short",
        count=format_points(needed - had, "en"),
        goal=goal,
        had=format_points(had, "en"),
        needed=format_points(needed, "en"),
        undecided=undecided,
    )
