"""From check results to points, and from points to pass or fail: pure arithmetic in exact fractions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import get_args

from autograder.adjustments import settle, too_late
from autograder.errors import CourseError
from autograder.model import (
    Adjustment,
    Assignment,
    Category,
    CategoryTotal,
    CheckResult,
    Course,
    Criterion,
    Lang,
    Outcome,
    Rubric,
    Score,
    ScoreSheet,
    Standing,
    State,
    Status,
    Text,
    Verdict,
)
from autograder.near import did_you_mean
from autograder.soundness import check_adjustments, check_sheets

LANGS: tuple[Lang, ...] = get_args(Lang)
NOTHING_HANDED_IN = Text(
    es="No has entregado nada para esta práctica.", en="You have not handed in anything for this assignment."
)


def score(assignment: Assignment, results: Sequence[CheckResult]) -> tuple[Score, ...]:
    """One score per criterion of the assignment, in its order.

    An automatic criterion earns its share of passed weight; blocked checks do not count, for their prerequisite
    was charged already. Without results, or with a fault of ours among them, nothing is decided.
    """
    known = [c.id for c in assignment.criteria]
    for result in results:
        if result.criterion and result.criterion not in known:
            hint = did_you_mean(result.criterion, known)
            raise CourseError(f"{assignment.id}: {result.id}: no criterion {result.criterion!r} here{hint}")
    return tuple(
        _score(assignment, c, tuple(r for r in results if r.criterion == c.id)) for c in assignment.criteria
    )


def _score(assignment: Assignment, criterion: Criterion, checks: tuple[CheckResult, ...]) -> Score:
    waits = any(check.outcome is Outcome.MANUAL for check in checks)
    state: State = "auto" if assignment.is_gradable else "not_graded"
    state = "manual" if criterion.manual or waits else state
    share = _share(checks)
    points = None if share is None else criterion.points * share
    return Score(
        criterion=criterion.id,
        earned=points if state == "auto" else None,
        proposed=points if state == "manual" else None,
        possible=criterion.points,
        state=state,
        checks=checks,
    )


def _share(checks: Sequence[CheckResult]) -> Fraction | None:
    """The share of weight that was earned, or is proposed; None where nothing may be decided."""
    if not checks or any(check.outcome is Outcome.GRADER_ERROR for check in checks):
        return None
    counted = [check for check in checks if not _says_nothing(check)]
    if not counted:
        return None if any(check.outcome is Outcome.MANUAL for check in checks) else Fraction(0)
    earned = sum((check.weight * _credit(check) for check in counted), Fraction(0))
    return earned / sum(check.weight for check in counted)


def _says_nothing(check: CheckResult) -> bool:
    """Whether a check carries no weight: its prerequisite was charged already, or only a person can tell."""
    return check.outcome is Outcome.BLOCKED or (check.outcome is Outcome.MANUAL and check.credit is None)


def _credit(check: CheckResult) -> Fraction:
    return Fraction(1) if check.outcome is Outcome.PASSED else check.credit or Fraction(0)


def status(scores: Sequence[Score], findings: Sequence[CheckResult]) -> Status:
    """Whether a person has to look: at a fault of ours first, then at what only a person can decide."""
    checks = [*findings, *(check for s in scores for check in s.checks)]
    ours = any(check.outcome is Outcome.GRADER_ERROR for check in checks)
    if ours or any(s.state == "auto" and s.earned is None for s in scores):
        return "needs_review"
    if any(s.state == "manual" and s.earned is None for s in scores):
        return "needs_manual"
    return "graded"


def standing(
    course: Course,
    student: str,
    sheets: Sequence[ScoreSheet],
    adjustments: Sequence[Adjustment] = (),
    lang: Lang = "es",
) -> Standing:
    """Where a student stands against the whole rubric, with at most one sheet per assignment.

    CourseError where a sheet or an adjustment does not belong to this course or this student.
    """
    rubric = course.rubric
    check_sheets(course, student, sheets)
    check_adjustments(rubric, student, adjustments)
    scores = _every_score(course, sheets, lang)
    categories = tuple(_category_total(category, scores) for category in rubric.categories)
    earned = sum((c.earned for c in categories), Fraction(0))
    waiting = sum((c.waiting for c in categories), Fraction(0))
    lines = settle(rubric, earned, adjustments, lang)
    total = earned + sum(line.points for line in lines)
    best = earned + waiting + sum(line.points for line in settle(rubric, earned + waiting, adjustments))
    verdict = _verdict(rubric, categories, total, best)
    return Standing(
        student=student,
        sheets=tuple(sheet for a in course.assignments for sheet in sheets if sheet.assignment == a.id),
        categories=categories,
        adjustments=lines,
        total=total,
        waiting=waiting,
        verdict=verdict,
        reasons=(
            *_too_late(rubric, adjustments),
            *(_short_of_minimum(c) for c in categories if c.met is not True),
            *_about_total(rubric, total, waiting, best, verdict),
        ),
    )


def format_points(value: Fraction, lang: Lang) -> str:
    """Points as people read them: two decimals at most, half up, a decimal comma in Spanish."""
    cents = (abs(value) * 200 + 1) // 2  # rounds half away from zero, so that 1/200 and -1/200 read alike
    whole, rest = divmod(cents, 100)
    sign = "-" if value < 0 and cents else ""
    decimals = f"{rest:02d}".rstrip("0")
    comma = "," if lang == "es" else "."
    return f"{sign}{whole}{comma}{decimals}" if decimals else f"{sign}{whole}"


def _every_score(course: Course, sheets: Sequence[ScoreSheet], lang: Lang) -> dict[str, Score]:
    """A score for every criterion of the rubric, where a sheet has none too."""
    missing = {c.id: _without_sheet(c, None, lang) for c in course.rubric.criteria.values()}
    graded = {sheet.assignment: sheet for sheet in sheets}
    for assignment in course.assignments:
        if assignment.id in graded:
            missing.update({s.criterion: s for s in graded[assignment.id].scores})
        elif assignment.is_gradable:
            missing.update({c.id: _without_sheet(c, assignment, lang) for c in assignment.criteria})
    return missing


def _without_sheet(criterion: Criterion, gradable: Assignment | None, lang: Lang) -> Score:
    """Zero where an assignment could have been handed in and was not; undecided where nothing grades it."""
    if gradable is None:
        return Score(criterion=criterion.id, earned=None, possible=criterion.points, state="not_graded")
    nothing = CheckResult(
        id=f"{gradable.id}.nothing_handed_in",
        criterion=criterion.id,
        outcome=Outcome.MISSING,
        message=NOTHING_HANDED_IN.in_(lang),
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
    met = True if earned >= category.minimum else None if earned + waiting >= category.minimum else False
    return CategoryTotal(category=category, scores=own, earned=earned, waiting=waiting, met=met)


def _verdict(rubric: Rubric, categories: Sequence[CategoryTotal], total: Fraction, best: Fraction) -> Verdict:
    """`total` is what is decided, `best` what it becomes if every waiting point is earned."""
    if best < rubric.pass_total or any(c.met is False for c in categories):
        return "failed"
    return "passed" if total >= rubric.pass_total and all(c.met for c in categories) else "pending"


def _too_late(rubric: Rubric, adjustments: Sequence[Adjustment]) -> list[Text]:
    days = {a.id: a.days for a in adjustments}
    return [text for p in rubric.penalties if (text := too_late(p, days.get(p.id, 0)))]


def _short_of_minimum(category: CategoryTotal) -> Text:
    title = category.category.title
    goal = Text(es=f"el mínimo de {title.es}", en=f"the minimum of {title.en}")
    return _short(goal, category.earned, category.category.minimum, category.waiting, lost=category.met is False)


def _about_total(
    rubric: Rubric, total: Fraction, waiting: Fraction, best: Fraction, verdict: Verdict
) -> list[Text]:
    if total < rubric.pass_total:
        goal = Text(es="aprobar", en="passing")
        return [_short(goal, total, rubric.pass_total, waiting, lost=best < rubric.pass_total)]
    if verdict != "passed":
        return []
    (es, es_full), (en, en_full) = (
        [format_points(points, lang) for points in (total, rubric.total)] for lang in LANGS
    )
    return [
        Text(
            es=f"Tienes {es} de {es_full} puntos y alcanzas todos los mínimos.",
            en=f"You have {en} of {en_full} points and reach every minimum.",
        )
    ]


def _short(goal: Text, earned: Fraction, needed: Fraction, waiting: Fraction, *, lost: bool) -> Text:
    """How many points are missing, and how many may still come.

    What is earned is rounded down, so that a miss by a hair never reads as zero points missing.
    """
    had = Fraction(earned * 100 // 1, 100)
    es_missing, es_waiting = (format_points(v, "es") for v in (needed - had, waiting))
    es = "Falta 1 punto" if es_missing == "1" else f"Faltan {es_missing} puntos"
    es += f" para {goal.es} ({format_points(had, 'es')} de {format_points(needed, 'es')})"
    en_missing, en_waiting = (format_points(v, "en") for v in (needed - had, waiting))
    en = f"You are {en_missing} {'point' if en_missing == '1' else 'points'} short of {goal.en}"
    en += f" ({format_points(had, 'en')} of {format_points(needed, 'en')})"
    if waiting:
        es += f"{', y solo' if lost else ';'} {'queda' if waiting == 1 else 'quedan'} {es_waiting} por decidir"
        en += f"{', and only' if lost else ';'} {en_waiting} {'is' if waiting == 1 else 'are'} still undecided"
    return Text(es=f"{es}.", en=f"{en}.")
