"""A class of 60 goes from Canvas and back, with a regrade and an appeal, by what a page says."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.support.class_of_sixty import (
    ABSENT,
    APPEALED,
    COLUMN_ID,
    CORRECTED,
    LATE,
    MISTAKEN,
    POINTS_POSSIBLE,
    STUDENTS,
    give_class,
)
from tests.support.clones import NEEDS_GIT
from tests.support.documented import run_page
from tests.support.places import REPOSITORY
from tests.support.site_readers import CanvasImport, canvas_import

PAGE = REPOSITORY / "docs" / "how-to" / "take-a-class-home.md"
EXPORTS = ("gradebook.csv", "marked.csv", "final.csv")  # from Canvas, of version 1, of version 3
USERS = {student.name: student.user for student in STUDENTS}
FULL_MARK = f"{POINTS_POSSIBLE}.00"

pytestmark = [NEEDS_GIT, pytest.mark.level_a]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the course after all commands of the page."""
    folder = tmp_path_factory.mktemp("class")
    give_class(folder)
    run_page(PAGE, folder)
    return folder


def imported(file: Path) -> CanvasImport:
    """Return what Canvas takes of a gradebook."""
    return canvas_import(file.read_bytes())


def marks_in(file: Path) -> dict[str, str]:
    """Return the mark of each student, by name."""
    read = imported(file).marks
    return {name: read[user][COLUMN_ID] for name, user in USERS.items()}


def test_every_student_of_the_class_has_a_mark(home: Path) -> None:
    """Canvas reads 60 students: whoever handed in has a mark, and right work the full one."""
    marks = marks_in(home / "final.csv")
    assert len(marks) == 60
    assert [name for name, mark in marks.items() if not mark] == [ABSENT]
    full = {name for name, mark in marks.items() if mark == FULL_MARK}
    assert full == {*marks} - MISTAKEN - {ABSENT, LATE}


def test_a_late_student_loses_a_point_for_a_day(home: Path) -> None:
    """The late student has 11 of 12 points, which are 9.17 of 10."""
    assert marks_in(home / "final.csv")[LATE] == "9.17"


def test_the_regrade_and_the_appeal_change_only_whom_they_concern(home: Path) -> None:
    """Between the exports differ those with a mistake in the corrected grader, and the appeal."""
    first, last = marks_in(home / "marked.csv"), marks_in(home / "final.csv")
    assert {name for name in USERS if first[name] != last[name]} == CORRECTED | {APPEALED}


def test_canvas_gets_its_own_file_back(home: Path) -> None:
    """Beside the cells of the column nothing differs, and no assignment would be made."""
    kept = []
    for name in EXPORTS:
        assert imported(home / name).new_assignments == []
        with (home / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        place = next(n for n, title in enumerate(rows[0]) if f"({COLUMN_ID})" in title)
        kept.append([row[:place] + row[place + 1 :] for row in rows])
    assert kept[0] == kept[1] == kept[2]
