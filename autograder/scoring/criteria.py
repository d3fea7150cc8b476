"""From check results to points, in exact fractions: what a submission earns, and whether a person
has to look.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from autograder.errors import CourseError
from autograder.model import Assignment, CheckResult, Criterion, Lang, Outcome, Score, State, Status
from autograder.text.numbers import Figure
from autograder.text.sentences import LANGS, say
from autograder.text.suggestions import did_you_mean


def score(assignment: Assignment, results: Sequence[CheckResult]) -> tuple[Score, ...]:
    """One score per criterion of the assignment, in its order.

    An automatic criterion earns its share of passed weight; blocked checks do not count, for their
    prerequisite was charged already. Without results, or with a fault of ours among them, nothing
    is decided.
    """
    known = [c.id for c in assignment.criteria]
    for result in results:
        if result.criterion and result.criterion not in known:
            hint = did_you_mean(result.criterion, known)
            raise CourseError(
                f"{assignment.id}: {result.id}: no criterion {result.criterion!r} here{hint}"
            )
    return tuple(
        _score(assignment, c, tuple(r for r in results if r.criterion == c.id))
        for c in assignment.criteria
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
    """Whether a check carries no weight: its prerequisite was charged already, or only a person can
    tell.
    """
    return check.outcome is Outcome.BLOCKED or (
        check.outcome is Outcome.MANUAL and check.credit is None
    )


def _credit(check: CheckResult) -> Fraction:
    return Fraction(1) if check.outcome is Outcome.PASSED else check.credit or Fraction(0)


def status(scores: Sequence[Score], findings: Sequence[CheckResult]) -> Status:
    """Whether a person has to look: at a fault of ours first, then at what only a person can
    decide.
    """
    unmarked = [s for s in scores if s.mark is None]
    if scores and not unmarked:
        return "graded"
    checks = [*findings, *(check for s in unmarked for check in s.checks)]
    ours = any(check.outcome is Outcome.GRADER_ERROR for check in checks)
    if ours or any(s.state == "auto" and s.earned is None for s in unmarked):
        return "needs_review"
    if any(s.state == "manual" and s.earned is None for s in unmarked):
        return "needs_manual"
    return "graded"


def format_share(value: Fraction | float, lang: Lang, digits: int = 2) -> Figure:
    """A share in percent, rounded down: 84.999 % never reads as the 85 % that it does not reach."""
    cut = Fraction(int(Fraction(value).limit_denominator(10**9) * 100 * 10**digits), 10**digits)
    by_lang = {each: say("numbers", "percent", each, number=_points(cut, each)) for each in LANGS}
    return Figure.of(by_lang, lang)


def format_points(value: Fraction, lang: Lang) -> Figure:
    """Points as people read them: two decimals at most, half up, a decimal comma in Spanish."""
    return Figure.of({each: _points(value, each) for each in LANGS}, lang)


def _points(value: Fraction, lang: Lang) -> str:
    cents = (
        abs(value) * 200 + 1
    ) // 2  # rounds half away from zero, so that 1/200 and -1/200 read alike
    whole, rest = divmod(cents, 100)
    sign = "-" if value < 0 and cents else ""
    decimals = f"{rest:02d}".rstrip("0")
    comma = say("numbers", "decimal", lang) if decimals else ""
    return f"{sign}{whole}{comma}{decimals}"
