"""The items of a graded class, of its results, final grades and kill matrices."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.class_analysis.items.check_items import check_items
from autograder.class_analysis.items.criterion_items import criterion_items
from autograder.class_analysis.items.item import AssignmentItems, ClassItems
from autograder.class_analysis.items.known_kills import read_kills
from autograder.class_analysis.items.options import questions_in
from autograder.model import Assignment, Course, ScoreSheet
from autograder.publishing.grade_files import PublishedGrade

Seconds = Mapping[str, tuple[float, ...]]  # of each hand-in, by assignment


def analyse_class(
    course: Course,
    sheets: Mapping[str, Mapping[str, ScoreSheet]],
    grades: Sequence[PublishedGrade],
    seconds: Seconds,
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
    seconds: Seconds,
    matrices: Path | None,
) -> AssignmentItems:
    kills = read_kills(matrices, assignment.id) if matrices is not None else None
    return AssignmentItems(
        assignment=assignment.id,
        title=assignment.title,
        hand_ins=len(sheets),
        by_earlier=sum(sheet.is_earlier for sheet in sheets),
        items=check_items(sheets, overruled, questions_in(assignment), kills),
        seconds=seconds.get(assignment.id, ()),
    )


def read_seconds(run_file: Path) -> dict[str, tuple[float, ...]]:
    """Return how long each hand-in took that the last run graded, by assignment, sorted.

    Nothing where no run noted it.
    """
    found: dict[str, list[float]] = {}
    try:
        for name, seconds in json.loads(run_file.read_bytes())["seconds"].items():
            found.setdefault(name.rpartition("/")[2], []).append(float(seconds))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return {assignment: tuple(sorted(times)) for assignment, times in found.items()}
