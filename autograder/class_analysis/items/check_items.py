"""The items of an assignment: its checks, of a questionnaire its questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from autograder.class_analysis.items.item import Item, KnownKills
from autograder.class_analysis.items.options import options_of, question_of
from autograder.class_analysis.items.statistics import (
    ROUNDING,
    Shares,
    discrimination,
    mean,
    thirds,
)
from autograder.model import CheckResult, Outcome, ScoreSheet, Text
from autograder.questionnaire.questions import Question

UNDECIDED = (Outcome.GRADER_ERROR, Outcome.MANUAL)
Overruled = Collection[tuple[str, str]]  # students, and the checks that a person counts otherwise


@dataclass(frozen=True, kw_only=True)
class CheckTable:
    """The results of the checks of one assignment, by check and student."""

    results: Mapping[str, Mapping[str, CheckResult]]
    shares: Mapping[str, Shares]  # what is decided; a blocked check did not run
    points: Mapping[str, float]  # what a check is worth

    @cached_property
    def nothing_passed(self) -> frozenset[str]:
        """The students of whom no check passed: their file does not run."""
        everyone = {student for results in self.results.values() for student in results}
        passed = (s for own in self.shares.values() for s, share in own.items() if share > ROUNDING)
        return frozenset(everyone.difference(passed))

    @cached_property
    def failures(self) -> dict[str, frozenset[str]]:
        """The students who do not earn all of a check, by check."""
        return {
            check: frozenset(student for student, share in own.items() if share < 1 - ROUNDING)
            for check, own in self.shares.items()
        }

    @cached_property
    def mostly_failing(self) -> frozenset[str]:
        """The students who fail half of their checks or more: that says little of a single one."""
        decided = Counter(student for own in self.shares.values() for student in own)
        failed = Counter(student for names in self.failures.values() for student in names)
        return frozenset(student for student, n in decided.items() if 2 * failed[student] >= n)

    @cached_property
    def totals(self) -> dict[str, tuple[float, float]]:
        """What each student earned, and what was possible, of all checks that are decided."""
        totals: dict[str, tuple[float, float]] = {}
        for check, results in self.results.items():
            for student, result in results.items():
                earned, possible = totals.get(student, (0.0, 0.0))
                own = self.parts(check, student, result)
                totals[student] = (earned + own[0], possible + own[1])
        return totals

    def parts(self, check: str, student: str, result: CheckResult) -> tuple[float, float]:
        """Return what a check earned and could earn; a blocked one earns nothing."""
        if is_undecided(result):
            return 0.0, 0.0
        return self.shares[check].get(student, 0.0) * self.points[check], self.points[check]

    def rest_of(self, check: str) -> Shares:
        """Return what each student earns of the other checks."""
        rest = {}
        for student, (earned, possible) in self.totals.items():
            result = self.results[check].get(student)
            own = (0.0, 0.0) if result is None else self.parts(check, student, result)
            if possible - own[1] > ROUNDING and student not in self.nothing_passed:
                rest[student] = (earned - own[0]) / (possible - own[1])
        return rest


def is_undecided(result: CheckResult) -> bool:
    """Return whether nothing is decided: a fault of the harness, or it waits for a person."""
    return result.outcome in UNDECIDED and result.credit is None


def share_of(result: CheckResult, *, is_overruled: bool) -> float | None:
    """Return what a check earned, from 0 to 1; None where it did not run or is not decided."""
    if is_overruled:
        return 0.0 if result.outcome is Outcome.PASSED else 1.0
    if result.outcome is Outcome.BLOCKED or is_undecided(result):
        return None
    if result.outcome is Outcome.PASSED:
        return 1.0
    return float(result.credit) if result.credit is not None else 0.0


def table_of(sheets: Sequence[ScoreSheet], overruled: Overruled) -> CheckTable:
    """Return the results of all checks of the sheets of one assignment."""
    results: dict[str, dict[str, CheckResult]] = {}
    shares: dict[str, dict[str, float]] = {}
    points: dict[str, float] = {}
    for sheet in sheets:
        for score in sheet.scores:
            weights = sum((check.weight for check in score.checks), Fraction(0))
            for check in score.checks:
                results.setdefault(check.id, {})[sheet.student] = check
                worth = score.possible * check.weight / weights if weights else weights
                points[check.id] = float(worth)
                own = shares.setdefault(check.id, {})
                is_overruled = (sheet.student, check.id) in overruled
                share = share_of(check, is_overruled=is_overruled)
                if share is not None:
                    own[sheet.student] = share
    return CheckTable(results=results, shares=shares, points=points)


def check_items(
    sheets: Sequence[ScoreSheet],
    overruled: Overruled,
    questions: Mapping[str, Question],
    kills: Mapping[str, KnownKills] | None,
    seconds: Mapping[str, float],
) -> tuple[Item, ...]:
    """Return the items of one assignment in the order of its checks."""
    table = table_of(sheets, overruled)
    by_student = {sheet.student: sheet for sheet in sheets}
    return tuple(
        replace(_item(table, check, by_student, questions, kills), seconds=seconds.get(check))
        for check in table.results
    )


def _item(
    table: CheckTable,
    check: str,
    sheets: Mapping[str, ScoreSheet],
    questions: Mapping[str, Question],
    kills: Mapping[str, KnownKills] | None,
) -> Item:
    results, shares, rest = table.results[check], table.shares[check], table.rest_of(check)
    some = next(iter(results.values()))
    question = question_of(check, questions)
    groups = thirds(shares, rest)
    telling = table.failures[check] - table.mostly_failing
    others = {c: s for c, s in table.failures.items() if c != check}
    return Item(
        kind="check" if question is None else "question",
        id=check,
        assignment=next(iter(sheets.values())).assignment,
        criterion=some.criterion,
        title=question.ask if question else _expects(some, sheets),
        n=len(shares),
        facility=mean(shares),
        discrimination=discrimination(shares, rest),
        thirds=groups,
        outcomes=dict(Counter(result.outcome.value for result in results.values())),
        failed=len(table.failures[check]),
        failed_alone=sum(not any(s in failed for failed in others.values()) for s in telling),
        telling_failures=telling,
        fails_with=tuple(
            c
            for c, failed in others.items()
            if telling and telling <= failed and 2 * len(failed) <= len(table.shares[c])
        ),
        options=options_of(question, sheets, shares, groups) if question else (),
        kills=None if kills is None else kills.get(check),
    )


def _expects(result: CheckResult, sheets: Mapping[str, ScoreSheet]) -> Text:
    """Return what a check expects, in both languages."""
    lang = next(iter(sheets.values())).lang
    other = result.expects if result.also is None else result.also.expects
    here, there = result.expects, other
    return Text(es=here, en=there) if lang == "es" else Text(es=there, en=here)
