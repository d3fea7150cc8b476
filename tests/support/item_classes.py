"""Made results of a class for statistics: a table of outcomes as score sheets and final grades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from autograder.class_analysis.items.check_items import check_items
from autograder.class_analysis.items.item import Item, KnownKills
from autograder.model import Basis, CheckResult, Likeness, Outcome, Score, ScoreSheet, Words
from autograder.publishing.grade_files import CriterionPoints, PublishedGrade
from autograder.questionnaire.questions import Question

# A sign for how a check ended; a digit is the tenths of partial credit.
OUTCOMES = {
    "+": Outcome.PASSED,
    "-": Outcome.FAILED,
    "b": Outcome.BLOCKED,
    "x": Outcome.RAISED,
    "!": Outcome.GRADER_ERROR,
    "?": Outcome.MANUAL,
}
BASIS = Basis(harness="0", python="3", packages={}, files={}, rules={})


def check(check_id: str, sign: str) -> CheckResult:
    """Return the result of a check by its sign."""
    return CheckResult(
        id=check_id,
        criterion="code.all",
        outcome=OUTCOMES.get(sign, Outcome.FAILED),
        credit=Fraction(int(sign), 10) if sign.isdigit() else None,
        expects=f"Espera {check_id}.",
        also=Words(expects=f"Expects {check_id}."),
    )


def sheet_of(student: str, signs: str, mistakes: Sequence[str] = ()) -> ScoreSheet:
    """Return a sheet whose checks are called a, b, c, ... and end as the signs say."""
    checks = tuple(check(chr(ord("a") + n), sign) for n, sign in enumerate(signs))
    score = Score(
        criterion="code.all",
        earned=Fraction(0),
        possible=Fraction(len(signs)),
        state="auto",
        checks=checks,
    )
    return ScoreSheet(
        student=student,
        assignment="tensors",
        status="graded",
        scores=(score,),
        findings=(),
        likeness=Likeness(mistakes=tuple(mistakes)),
        seed=1,
        lang="es",
        submission_digest=student,
        basis=BASIS,
        confinement=None,
    )


def items_of(
    rows: Mapping[str, str],
    overruled: Sequence[tuple[str, str]] = (),
    kills: Mapping[str, KnownKills] | None = None,
    questions: Mapping[str, Question] | None = None,
) -> dict[str, Item]:
    """Return the items of a class, by check; a row of signs for each student."""
    sheets = [sheet_of(student, signs) for student, signs in rows.items()]
    return {item.id: item for item in check_items(sheets, overruled, questions or {}, kills, {})}


def grade_of(student: str, points: Mapping[str, tuple[int | None, int]]) -> PublishedGrade:
    """Return a final grade of criteria, each with its earned and possible points."""
    criteria = tuple(
        CriterionPoints(
            id=name,
            category="code",
            assignment="tensors",
            earned=None if earned is None else Fraction(earned),
            possible=Fraction(possible),
            state="auto",
            author="",
            reason="",
        )
        for name, (earned, possible) in points.items()
    )
    content: dict[str, Any] = {
        "assignments": [{"assignment": "tensors", "stage": "graded"}],
        "criteria": [{"id": name, "mark": None} for name in points],
    }
    return PublishedGrade(
        student=student,
        verdict="passed",
        total=Fraction(0),
        waiting=Fraction(0),
        criteria=criteria,
        sheets=(),
        content=content,
    )
