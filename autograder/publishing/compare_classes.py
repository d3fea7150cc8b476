"""The comparison of two folders of grades: OUT, or a published version, against another."""

from __future__ import annotations

import filecmp
from collections.abc import Mapping
from pathlib import Path

from autograder.publishing.changes import ClassChanges, GradeChange
from autograder.publishing.compare_grades import compare_grades
from autograder.publishing.grade_files import GRADES_FOLDER, read_grade
from autograder.publishing.sheet_facts import SheetFacts, read_sheet_facts
from autograder.publishing.states import GradeState
from autograder.results import result_path


def compare_states(before: GradeState | None, after: GradeState) -> ClassChanges:
    """Return what changes from one state of the grades to another.

    Without `before` every grade is new. CourseError where a file is damaged.
    """
    old_folder = before.folder if before else None
    old, new = _grade_files(old_folder), _grade_files(after.folder)
    changes = []
    for student in sorted(old.keys() | new.keys()):
        if not _is_same(student, old_folder, after.folder):
            changes.append(_compare_student(student, old_folder, after.folder))
    return ClassChanges(
        before=before.name if before else None,
        after=after.name,
        students=tuple(change for change in changes if change.causes or change.is_visible),
        total_students=len(old.keys() | new.keys()),
    )


def _grade_files(folder: Path | None) -> dict[str, Path]:
    if folder is None:
        return {}
    return {path.stem: path for path in (folder / GRADES_FOLDER).glob("*.json")}


def _is_same(student: str, before: Path | None, after: Path) -> bool:
    """Return whether all files of a student that a comparison reads are equal."""
    if before is None:
        return False
    names = {
        path.relative_to(folder)
        for folder in (before, after)
        for path in (
            folder / GRADES_FOLDER / f"{student}.json",
            *(folder / "results" / student).glob("*.json"),
        )
    }
    return all(_are_equal(before / name, after / name) for name in sorted(names))


def _are_equal(first: Path, second: Path) -> bool:
    both_there = first.is_file() and second.is_file()
    return both_there and filecmp.cmp(first, second, shallow=False)


def _compare_student(student: str, before: Path | None, after: Path) -> GradeChange:
    paths = [
        folder / GRADES_FOLDER / f"{student}.json" if folder else None for folder in (before, after)
    ]
    grades = [read_grade(path) if path and path.exists() else None for path in paths]
    facts = [_sheets(folder, student) for folder in (before, after)]
    return compare_grades(grades[0], grades[1], facts[0], facts[1])


def _sheets(folder: Path | None, student: str) -> Mapping[str, SheetFacts]:
    """Return the facts of a student's result files, by assignment."""
    if folder is None:
        return {}
    found = {}
    for path in sorted((folder / "results" / student).glob("*.json")):
        facts = read_sheet_facts(result_path(folder, student, path.stem))
        if facts is not None:
            found[path.stem] = facts
    return found
