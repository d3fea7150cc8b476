"""The items of a graded class, of its results, final grades and kill matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.class_analysis.items.check_items import check_items
from autograder.class_analysis.items.criterion_items import criterion_items
from autograder.class_analysis.items.item import AssignmentItems, ClassItems
from autograder.class_analysis.items.known_kills import read_kills
from autograder.class_analysis.items.options import questions_in
from autograder.grading.cache.earlier_results import check_seconds_of, seconds_of
from autograder.model import Assignment, Course, ScoreSheet
from autograder.publishing.grade_files import PublishedGrade


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSeconds:
    """How long grading took."""

    hand_ins: Mapping[str, tuple[float, ...]]  # each hand-in, by assignment, sorted
    checks: Mapping[str, Mapping[str, float]]  # each check on average, by assignment


def analyse_class(
    course: Course,
    sheets: Mapping[str, Mapping[str, ScoreSheet]],
    grades: Sequence[PublishedGrade],
    seconds: ClassSeconds,
    matrices: Path | None,
) -> ClassItems:
    """Return the items of a class; `sheets` are its results by assignment and student."""
    overruled = {
        (grade.student, check)
        for grade in grades
        for entry in grade.content["criteria"]
        for check in (entry["mark"] or {}).get("overrules", ())
    }
    assignments = []
    for assignment in course.assignments:
        own = [sheet for _, sheet in sorted(sheets.get(assignment.id, {}).items())]
        if own:
            assignments.append(_assignment_items(assignment, own, overruled, seconds, matrices))
    students = {student for by_student in sheets.values() for student in by_student}
    return ClassItems(
        students=len(students | {grade.student for grade in grades}),
        assignments=tuple(assignments),
        criteria=criterion_items(course, grades),
    )


def _assignment_items(
    assignment: Assignment,
    sheets: Sequence[ScoreSheet],
    overruled: set[tuple[str, str]],
    seconds: ClassSeconds,
    matrices: Path | None,
) -> AssignmentItems:
    kills = read_kills(matrices, assignment.id) if matrices is not None else None
    return AssignmentItems(
        assignment=assignment.id,
        title=assignment.title,
        hand_ins=len(sheets),
        by_earlier=sum(sheet.is_earlier for sheet in sheets),
        items=check_items(
            sheets,
            overruled,
            questions_in(assignment),
            kills,
            seconds.checks.get(assignment.id, {}),
        ),
        seconds=seconds.hand_ins.get(assignment.id, ()),
    )


def read_seconds(out: Path) -> ClassSeconds:
    """Return how long the hand-ins below OUT and their checks took, as far as runs noted it."""
    hand_ins: dict[str, list[float]] = {}
    for name, seconds in seconds_of(out).items():
        hand_ins.setdefault(name.rpartition("/")[2], []).append(seconds)
    checks = {
        assignment: {check: total / times for check, (times, total, _) in noted.items() if times}
        for assignment, noted in check_seconds_of(out).items()
    }
    return ClassSeconds(
        hand_ins={assignment: tuple(sorted(times)) for assignment, times in hand_ins.items()},
        checks=checks,
    )
