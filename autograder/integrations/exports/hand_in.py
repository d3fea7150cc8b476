"""A graded hand-in as other systems see it: criteria with points and verdicts, and their checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from autograder.errors import CourseError
from autograder.model import CheckResult, Course, Criterion, Lang, Outcome, Score, ScoreSheet
from autograder.publishing import PublishedGrade
from autograder.results import ResultError, read_result


class Verdict(StrEnum):
    """What a criterion came to."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    BLOCKED = "blocked"  # a prerequisite failed, and no check of it ran
    WAITING = "waiting"  # a person decides
    FAULT = "fault"  # the harness failed: no mark


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedCriterion:
    """A criterion of a hand-in; its texts are those that the student may read."""

    id: str
    title: str
    earned: Fraction | None  # None: nothing is decided
    possible: Fraction
    verdict: Verdict
    checks: tuple[CheckResult, ...]
    author: str = ""  # the person who decided it
    reason: str = ""  # that person's


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedHandIn:
    """What one student handed in for one assignment, and what it earned."""

    student: str
    assignment: str
    title: str
    lang: Lang
    criteria: tuple[GradedCriterion, ...]
    findings: tuple[CheckResult, ...]  # about the hand-in as a whole
    is_draft: bool = False

    @property
    def earned(self) -> Fraction:
        """Return the points that are decided."""
        return sum((each.earned for each in self.criteria if each.earned is not None), Fraction(0))

    @property
    def possible(self) -> Fraction:
        """Return the points of the assignment."""
        return sum((each.possible for each in self.criteria), Fraction(0))

    @property
    def waiting(self) -> Fraction:
        """Return the points that are not decided."""
        return sum((each.possible for each in self.criteria if each.earned is None), Fraction(0))

    @property
    def has_fault(self) -> bool:
        """Return whether the harness failed on it: then it has no mark at all."""
        return any(each.verdict is Verdict.FAULT for each in self.criteria)

    @property
    def decided(self) -> tuple[GradedCriterion, ...]:
        """Return the criteria whose points are decided."""
        return tuple(each for each in self.criteria if each.earned is not None)


def hand_in_of(
    course: Course,
    sheet: ScoreSheet,
    grade: PublishedGrade | None = None,
    *,
    lang: Lang | None = None,
    is_draft: bool = False,
) -> GradedHandIn:
    """Return a hand-in from its score sheet, with what people decided where its grade is given."""
    sheet = sheet if lang is None else sheet.in_(lang)
    assignment = course.assignment(sheet.assignment)
    scores = {score.criterion: score for score in sheet.scores}
    criteria = tuple(
        _criterion(each, scores.get(each.id), sheet, grade) for each in assignment.criteria
    )
    return GradedHandIn(
        student=sheet.student,
        assignment=sheet.assignment,
        title=assignment.title.in_(sheet.lang),
        lang=sheet.lang,
        criteria=criteria,
        findings=sheet.findings,
        is_draft=is_draft,
    )


def hand_ins_in(
    course: Course,
    folder: Path,
    grades: Sequence[PublishedGrade],
    *,
    students: Sequence[str] = (),
    assignments: Sequence[str] = (),
    lang: Lang | None = None,
    is_draft: bool = False,
) -> Iterator[GradedHandIn]:
    """Yield the hand-ins of OUT, or of a published version, by student and assignment.

    Without names it yields all. CourseError where a result file cannot be read.
    """
    known = {assignment.id for assignment in course.assignments}
    for grade in grades:
        for path in sorted((folder / "results" / grade.student).glob("*.json")):
            is_wanted = not students or grade.student in students
            is_asked = not assignments or path.stem in assignments
            if not (is_wanted and is_asked and path.stem in known):
                continue
            try:
                sheet = read_result(path)
            except (ResultError, OSError) as error:
                raise CourseError(f"{path}: {error}; grade it again") from None
            yield hand_in_of(course, sheet, grade, lang=lang, is_draft=is_draft)


def _criterion(
    criterion: Criterion, score: Score | None, sheet: ScoreSheet, grade: PublishedGrade | None
) -> GradedCriterion:
    earned = score.earned if score else None
    possible = criterion.points
    author = reason = ""
    decided = None
    if grade is not None:
        decided = next((each for each in grade.criteria if each.id == criterion.id), None)
    if decided is not None:
        earned, possible = decided.earned, decided.possible
        author, reason = decided.author, decided.reason
    checks = score.checks if score else ()
    return GradedCriterion(
        id=criterion.id,
        title=criterion.title.in_(sheet.lang),
        earned=earned,
        possible=possible,
        verdict=_verdict(earned, possible, checks, score),
        checks=checks,
        author=author,
        reason=reason,
    )


def _verdict(
    earned: Fraction | None,
    possible: Fraction,
    checks: Sequence[CheckResult],
    score: Score | None,
) -> Verdict:
    if earned is None:
        has_fault = any(check.outcome is Outcome.GRADER_ERROR for check in checks)
        is_automatic = score is not None and score.state == "auto"
        return Verdict.FAULT if has_fault or is_automatic else Verdict.WAITING
    if earned >= possible:
        return Verdict.RIGHT
    if earned > 0:
        return Verdict.PARTLY
    is_blocked = bool(checks) and all(check.outcome is Outcome.BLOCKED for check in checks)
    return Verdict.BLOCKED if is_blocked else Verdict.WRONG


def hand_in_key(hand_in: GradedHandIn) -> str:
    """Return a hand-in's name in messages."""
    return f"{hand_in.student}: {hand_in.assignment}"
