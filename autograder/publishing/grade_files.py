"""The grade of a student as the file in final_grades/ states it, for whoever hands grades on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from autograder.errors import CourseError

GRADES_FOLDER = "final_grades"  # below OUT and below each published version


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionPoints:
    """The points of one criterion; `earned` is None until they are decided."""

    id: str
    category: str
    assignment: str | None  # None: no assignment decides it
    earned: Fraction | None
    possible: Fraction
    state: str  # a value of `autograder.model.State`
    author: str  # the person who decided it; empty: nobody did
    reason: str  # that person's


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedAssignment:
    """One graded hand-in behind a grade."""

    id: str
    status: str  # a value of `autograder.model.Status`
    submission_digest: str  # sha256, hex
    grader_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedGrade:
    """A student's grade in exact points; `content` is all that the file says."""

    student: str
    verdict: str  # a value of `autograder.model.GradeVerdict`
    total: Fraction  # decided points
    waiting: Fraction  # points that are not decided yet
    criteria: tuple[CriterionPoints, ...]  # in the rubric's order
    sheets: tuple[GradedAssignment, ...]
    content: Mapping[str, Any]

    @property
    def is_decided(self) -> bool:
        """Return whether every point is decided: only then it is a grade to hand on."""
        return not self.waiting


def read_grades(folder: Path) -> tuple[PublishedGrade, ...]:
    """Return the grades of OUT, or of a published version, by student in alphabetical order."""
    return tuple(read_grade(path) for path in sorted((folder / GRADES_FOLDER).glob("*.json")))


def read_grade(path: Path) -> PublishedGrade:
    """Return the grade in a file; raise CourseError where the file is damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return _grade(content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = error.strerror if isinstance(error, OSError) else "not the file of a final grade"
        raise CourseError(f"{path}: {problem}; `autograder grade` writes it again") from error


def _grade(content: Mapping[str, Any]) -> PublishedGrade:
    return PublishedGrade(
        student=content["student"],
        verdict=content["verdict"],
        total=Fraction(content["total_exact"]),
        waiting=Fraction(content["waiting_exact"]),
        criteria=tuple(_criterion(entry) for entry in content["criteria"]),
        sheets=tuple(_sheet(entry) for entry in content["sheets"]),
        content=content,
    )


def _criterion(entry: Mapping[str, Any]) -> CriterionPoints:
    earned, mark = entry["earned_exact"], entry["mark"] or {}
    return CriterionPoints(
        id=entry["id"],
        category=entry["category"],
        assignment=entry["assignment"],
        earned=None if earned is None else Fraction(earned),
        possible=Fraction(entry["possible_exact"]),
        state=entry["state"],
        author=mark.get("author", ""),
        reason=mark.get("reason", ""),
    )


def _sheet(entry: Mapping[str, Any]) -> GradedAssignment:
    return GradedAssignment(
        id=entry["assignment"],
        status=entry["status"],
        submission_digest=entry["submission"],
        grader_digest=entry["grader"],
    )
