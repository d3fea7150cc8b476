"""Which criteria are graded again after files of the graders changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.config.course import load_course
from autograder.grading.cache.fingerprint import basis_of
from autograder.grading.cache.grader_imports import changed_criteria
from autograder.grading.grader import Grader, with_grader
from tests.support.command_line import TINY
from tests.support.places import CASES

DOUBLE, TOTAL, MEAN = "code.double", "code.total", "code.mean"
# What is edited, below the assignment's folder, and what is graded again; None: all of them
EDITS = {
    "graders/test_double.py": {DOUBLE},
    "graders/test_total.py": {TOTAL, MEAN},  # the mean requires the total
    "graders/test_mean.py": {MEAN},
    "graders/expectations.py": {TOTAL, MEAN},
    "graders/probes.py": {DOUBLE},
    "graders/texts.yml": None,
    "graders/conftest.py": None,
    "graders/unused.py": None,
    "questions.yml": None,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the tiny course with graders in a file for each criterion."""
    shutil.copytree(TINY, tmp_path / "course")
    graders = tmp_path / "course" / "assignments" / "tensors" / "graders"
    shutil.rmtree(graders)
    shutil.copytree(CASES / "separate_graders" / "graders", graders)
    return tmp_path / "course"


def append(path: Path, text: str = "\n# edited\n") -> None:
    """Append to a file, which may not be there."""
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def again(folder: Path, *names: str) -> frozenset[str] | None:
    """Return what is graded again after files of the assignment were edited."""
    course = load_course(folder)
    assignment = course.assignment("tensors")
    before = basis_of(course, assignment)
    for name in names:
        append(assignment.root / name)
    now = basis_of(course, assignment)

    def found(grader: Grader) -> tuple[frozenset[str] | None]:
        return (changed_criteria(before, now, assignment, grader.items),)

    return with_grader(course, assignment, assignment.graders, "es", found)[0]


@pytest.mark.parametrize("name", EDITS)
def test_the_criteria_whose_checks_import_a_file_are_graded_again(folder: Path, name: str) -> None:
    """So are those that require one of them; of a file that nothing imports, nobody can tell."""
    assert again(folder, name) == EDITS[name]


def test_several_files_change_several_criteria(folder: Path) -> None:
    """Each edited file adds its criteria."""
    assert again(folder, "graders/test_mean.py", "graders/probes.py") == {DOUBLE, MEAN}


def test_every_criterion_is_graded_where_every_one_changed(folder: Path) -> None:
    """Then nothing of the earlier sheet would hold."""
    assert again(folder, "graders/test_total.py", "graders/probes.py") is None


def test_an_import_inside_a_function_counts(folder: Path) -> None:
    """It may run when the check does."""
    graders = folder / "assignments" / "tensors" / "graders"
    append(graders / "probes.py", "\n\ndef other() -> None:\n    import deeper\n\n    deeper\n")
    append(graders / "deeper.py")
    assert again(folder, "graders/deeper.py") == {DOUBLE}


def test_a_file_that_is_gone_changes_every_criterion(folder: Path) -> None:
    """Its checks stand on the earlier sheets."""
    course = load_course(folder)
    assignment = course.assignment("tensors")
    append(assignment.graders / "unused.py")
    before = basis_of(course, assignment)
    (assignment.graders / "unused.py").unlink()
    append(assignment.graders / "test_mean.py")
    now = basis_of(course, assignment)
    assert with_grader(
        course,
        assignment,
        assignment.graders,
        "es",
        lambda grader: changed_criteria(before, now, assignment, grader.items) is None,
    )
