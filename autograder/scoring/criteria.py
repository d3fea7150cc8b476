"""From check results to points, in exact fractions, and whether a person has to review them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from autograder.errors import CourseError
from autograder.model import Assignment, CheckResult, Criterion, Lang, Outcome, Score, State, Status
from autograder.text.numbers import Figure
from autograder.text.sentences import LANGS, say
from autograder.text.suggestions import did_you_mean


def score(assignment: Assignment, results: Sequence[CheckResult]) -> tuple[Score, ...]:
    """Return one score per criterion of the assignment, in its order.

    An automatic criterion earns its share of passed weight; checks that a requirement blocked do
    not count, because it has cost points already. Without results, or with a fault of the harness
    among them, nothing is decided.
    """
    known = [criterion.id for criterion in assignment.criteria]
    for result in results:
        if result.criterion and result.criterion not in known:
            hint = did_you_mean(result.criterion, known)
            raise CourseError(
                f"{assignment.id}: {result.id}: no criterion {result.criterion!r} here{hint}"
            )
    scores = []
    for criterion in assignment.criteria:
        checks = tuple(result for result in results if result.criterion == criterion.id)
        scores.append(_score(assignment, criterion, checks))
    return tuple(scores)


def _score(assignment: Assignment, criterion: Criterion, checks: tuple[CheckResult, ...]) -> Score:
    has_proposal = any(check.outcome is Outcome.MANUAL for check in checks)
    state: State = "auto" if assignment.is_gradable else "not_graded"
    if criterion.manual or has_proposal:
        state = "manual"
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
    """Return the share of weight that was earned, or is proposed; None: nothing may be decided."""
    if not checks or any(check.outcome is Outcome.GRADER_ERROR for check in checks):
        return None
    counted = [check for check in checks if _counts(check)]
    if not counted:
        has_proposal = any(check.outcome is Outcome.MANUAL for check in checks)
        return None if has_proposal else Fraction(0)
    earned = sum((check.weight * _credit(check) for check in counted), Fraction(0))
    return earned / sum(check.weight for check in counted)


def points_when_overruled(score: Score, overruled: Collection[str]) -> Fraction:
    """Return the points of a criterion if some checks count the other way.

    A check that passed then counts as failed, and any other one as passed. CourseError where a
    check is unknown, or where the rest cannot be counted.
    """
    known = [check.id for check in score.checks]
    for name in overruled:
        if name not in known:
            hint = did_you_mean(name, known) or f"; expected one of {', '.join(known) or 'none'}"
            raise CourseError(f"{score.criterion}: no check {name!r}{hint}")
    share = _share([_turned(each) if each.id in overruled else each for each in score.checks])
    if share is None:
        raise CourseError(
            f"{score.criterion}: other checks of it are undecided; give its points instead"
        )
    return score.possible * share


def _turned(check: CheckResult) -> CheckResult:
    """Return a check that counts the other way."""
    is_passed = check.outcome is Outcome.PASSED
    return replace(check, outcome=Outcome.FAILED if is_passed else Outcome.PASSED, credit=None)


def _counts(check: CheckResult) -> bool:
    """Return whether a check carries weight.

    A blocked one does not: its prerequisite has cost points. One that a gate withholds does: it
    shall earn nothing. One that a person decides does not without a proposal.
    """
    if check.outcome is Outcome.MANUAL:
        return check.credit is not None
    return check.outcome is not Outcome.BLOCKED or check.is_withheld


def _credit(check: CheckResult) -> Fraction:
    """Return the share of its weight that a check earns."""
    if check.outcome is Outcome.PASSED:
        return Fraction(1)
    return check.credit or Fraction(0)


def status(scores: Sequence[Score], findings: Sequence[CheckResult]) -> Status:
    """Return whether a person has to look: at a fault of the harness first, then at proposals."""
    unmarked = [score for score in scores if score.mark is None]
    if scores and not unmarked:
        return "graded"
    checks = [*findings, *(check for score in unmarked for check in score.checks)]
    has_fault = any(check.outcome is Outcome.GRADER_ERROR for check in checks)
    undecided = {score.state for score in unmarked if score.earned is None}
    if has_fault or "auto" in undecided:
        return "needs_review"
    if "manual" in undecided:
        return "needs_manual"
    return "graded"


def format_share(value: Fraction | float, lang: Lang, digits: int = 2) -> Figure:
    """Return a share (0 to 1) in percent, rounded half up to so many `digits`.

    It never reads as a goal that it misses: 84.999 % is 84.99 %, not 85 %, and what is not all of
    it is never 100 %.
    """
    exact = Fraction(value).limit_denominator(10**9) * 100
    percent = _rounded(exact, digits)
    is_goal = percent % (1 if digits else 100) == 0
    if is_goal and percent > exact:
        percent -= Fraction(1, 10**digits)
    by_lang = {}
    for each in LANGS:
        by_lang[each] = say("numbers", "percent", each, number=_points(percent, each))
    return Figure.of(by_lang, lang)


def _rounded(value: Fraction, digits: int) -> Fraction:
    """Return a number that is not negative, rounded half up."""
    return Fraction((value * 10**digits * 2 + 1) // 2, 10**digits)


@lru_cache(maxsize=4096)  # a page of a class shows the same points thousands of times
@lru_cache(maxsize=4096)  # a page shows the same points again and again
def format_points(value: Fraction, lang: Lang) -> Figure:
    """Return points as people read them: at most two decimals, half up, a comma in Spanish."""
    return Figure.of({each: _points(value, each) for each in LANGS}, lang)


def _points(value: Fraction, lang: Lang) -> str:
    cents = (abs(value) * 200 + 1) // 2  # half away from zero: 1/200 and -1/200 read alike
    whole, rest = divmod(cents, 100)
    sign = "-" if value < 0 and cents else ""
    decimals = f"{rest:02d}".rstrip("0")
    comma = say("numbers", "decimal", lang) if decimals else ""
    return f"{sign}{whole}{comma}{decimals}"
