"""Parts of a grade that a site has a column for: the whole week, an assignment or a category."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from autograder.errors import CourseError
from autograder.model import Course, Text
from autograder.publishing import CriterionPoints, PublishedGrade
from autograder.text.suggestions import did_you_mean

TOTAL = "total"  # the id of the part that is the whole week

PartKind = Literal["total", "assignment", "category"]
Decision = Literal["decided", "waiting", "fault"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a column holds."""

    id: str
    kind: PartKind
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPoints:
    """A student's points in a part; `earned` is None unless every point of it is decided."""

    earned: Fraction | None
    possible: Fraction
    decision: Decision

    def scaled_to(self, maximum: Fraction) -> Fraction | None:
        """Return the points as a share of another maximum, exactly; None while they wait."""
        if self.earned is None:
            return None
        return self.earned * maximum / self.possible if self.possible else Fraction(0)


def parts_of(course: Course) -> dict[str, Part]:
    """Return every part of a course by its id, the whole week first."""
    parts = [Part(id=TOTAL, kind="total", title=course.title)]
    parts += [Part(id=each.id, kind="assignment", title=each.title) for each in course.assignments]
    parts += [
        Part(id=each.id, kind="category", title=each.title) for each in course.rubric.categories
    ]
    return {part.id: part for part in reversed(parts)}  # an assignment wins over a category


def find_part(course: Course, name: str) -> Part:
    """Return the part of an id; raise CourseError with a suggestion where there is none."""
    parts = parts_of(course)
    if name not in parts:
        known = sorted(parts, key=lambda each: each != TOTAL)
        raise CourseError(
            f"{name}: no part of a grade; expected one of {', '.join(known)}"
            f"{did_you_mean(name, known)}"
        )
    return parts[name]


def points_in(grade: PublishedGrade, part: Part) -> PartPoints:
    """Return a student's points in a part.

    A fault of the harness is told from points that wait for a person.
    """
    if part.kind == "total":
        possible = Fraction(grade.content["possible_exact"])
        return _points(grade, grade.criteria, grade.total, possible, is_open=not grade.is_decided)
    if part.kind == "category":
        entry = next(each for each in grade.content["categories"] if each["id"] == part.id)
        own = [each for each in grade.criteria if each.category == part.id]
        earned, possible = Fraction(entry["earned_exact"]), Fraction(entry["possible_exact"])
        is_open = bool(Fraction(entry["waiting_exact"]))
        return _points(grade, own, earned, possible, is_open=is_open)
    own = [each for each in grade.criteria if each.assignment == part.id]
    earned = sum((each.earned for each in own if each.earned is not None), Fraction(0))
    possible = sum((each.possible for each in own), Fraction(0))
    is_open = any(each.earned is None for each in own)
    return _points(grade, own, earned, possible, is_open=is_open)


def criteria_in(grade: PublishedGrade, part: Part) -> tuple[CriterionPoints, ...]:
    """Return the criteria that make up a part, in the rubric's order."""
    if part.kind == "total":
        return grade.criteria
    return tuple(each for each in grade.criteria if part.id in (each.assignment, each.category))


def faulty_assignments(grade: PublishedGrade) -> frozenset[str]:
    """Return the assignments of which the harness failed to score something."""
    return frozenset(sheet.id for sheet in grade.sheets if sheet.status == "needs_review")


def _points(
    grade: PublishedGrade,
    criteria: Iterable[CriterionPoints],
    earned: Fraction,
    possible: Fraction,
    *,
    is_open: bool,
) -> PartPoints:
    if not is_open:
        return PartPoints(earned=earned, possible=possible, decision="decided")
    faulty = faulty_assignments(grade)
    is_fault = any(each.earned is None and each.assignment in faulty for each in criteria)
    return PartPoints(earned=None, possible=possible, decision="fault" if is_fault else "waiting")
