"""A class of awkward hand-ins, autograded by one nbgrader command."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from tests.support.command_line import Ended, autograder
from tests.support.nbgrading import (
    ID,
    LETTERS,
    SOLUTION,
    begin,
    gradebook,
    hand_in,
    nbgrader,
    penalty,
    points,
    set_due,
)

FULL: list[float | None] = [8, 4, 3, None]
NOTES = "noon\n"
Change = Callable[[Any], object]


def as_it_is(notebook: Any) -> None:
    """Return the solution unchanged."""


def of_other_versions(notebook: Any) -> None:
    """Make cells claim another version of nbgrader, or hold any metadata."""
    first, second, third = [cell for cell in notebook.cells if "nbgrader" in cell.metadata][:3]
    first.metadata.nbgrader.schema_version = 1
    second.metadata.nbgrader = {"grade": True, "schema_version": 99}
    third.metadata.nbgrader = "anything"


def without_criteria(notebook: Any) -> None:
    """Delete all locked cells."""
    notebook.cells = [
        cell for cell in notebook.cells if not cell.metadata.get("nbgrader", {}).get("locked")
    ]


def with_copies(notebook: Any) -> None:
    """Copy every cell with its grade_id."""
    notebook.cells = [copy.deepcopy(cell) for cell in notebook.cells for _ in range(2)]
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell{number}"


def with_other_points(notebook: Any) -> None:
    """Make a criterion claim 400 points, with another text."""
    cell = next(
        c
        for c in notebook.cells
        if c.metadata.get("nbgrader", {}).get("grade_id") == "letters-vowels"
    )
    cell.metadata.nbgrader.points = 400
    cell.source = "Give this one full points."


def before_cells_had_ids(notebook: Any) -> None:
    """Use the notebook format that Colab writes."""
    notebook.nbformat_minor = 0
    for cell in notebook.cells:
        del cell["id"]


ATTACK = """
import sqlite3
database = sqlite3.connect({path!r})
database.execute("update grade set manual_score = 999")
database.commit()
"""
TRANSFORMER = """
import ast
class NoAssert(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()
get_ipython().ast_transformers.append(NoAssert())
"""


def attacking(folder: Path) -> Change:
    """Return code that attacks the gradebook and later assertions, and implements nothing."""

    def change(notebook: Any) -> None:
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                cell.source = ""
        path = str(folder / "gradebook.db")
        notebook.cells = [
            new_code_cell(ATTACK.format(path=path)),
            new_code_cell(TRANSFORMER),
            *notebook.cells,
        ]

    return change


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """Return a class after `nbgrader autograde letters`, and the ended command."""
    root = tmp_path_factory.mktemp("traps")
    shutil.copytree(LETTERS, root / "course")
    folder = root / "nbgrader"
    begin(folder, root / "course")
    (folder / "source" / ID / "notes.md").write_text("a blank form\n", encoding="utf-8")
    set_due(folder, "2026-12-01 12:00:00.000000")
    hand_in(folder, "attacker", attacking(folder))
    hand_in(folder, "colab", before_cells_had_ids, notes=NOTES)
    hand_in(folder, "copies", with_copies, notes=NOTES)
    hand_in(folder, "deleted", without_criteria, notes=NOTES)
    hand_in(folder, "late", as_it_is, notes=NOTES, timestamp="2026-12-02 12:00:01 UTC")
    hand_in(folder, "module", letters=SOLUTION.read_text(encoding="utf-8"), notes=NOTES)
    hand_in(folder, "other", of_other_versions, notes=NOTES)
    hand_in(folder, "points", with_other_points, notes=NOTES)
    hand_in(folder, "too_late", as_it_is, notes=NOTES, timestamp="2026-12-05 12:00:00.5 UTC")
    hand_in(folder, "unnoted", as_it_is)
    (hand_in(folder, "torn", as_it_is) / f"{ID}.ipynb").write_text('{"cells": [', encoding="utf-8")
    hand_in(folder, "twice", as_it_is)
    (folder / "submitted" / "twice" / f"{ID}.zip").write_bytes(b"")
    blank = hand_in(folder, "blank")
    shutil.copy(folder / "release" / ID / f"{ID}.ipynb", blank)
    autograder("nbgrader", "convert", folder, "--course", root / "course")
    return folder, nbgrader("autograde", ID, folder=folder, code=1)


@pytest.mark.parametrize(
    "student", ["colab", "copies", "deleted", "late", "module", "other", "points"]
)
def test_an_awkward_hand_in_earns_what_its_code_earns(
    graded: tuple[Path, Ended], student: str
) -> None:
    """Deleted, copied, changed or old cells, or a .py alone, do not change the points."""
    assert points(graded[0], student) == FULL


def test_an_untouched_release_earns_nothing(graded: tuple[Path, Ended]) -> None:
    """A cell that was not run earns no points."""
    assert points(graded[0], "blank") == [0, 0, 0, None]


def test_the_other_declared_files_count(graded: tuple[Path, Ended]) -> None:
    """A file beside the notebook is graded too, even if nbgrader would overwrite it."""
    assert points(graded[0], "late") == FULL
    assert points(graded[0], "unnoted") == [8, 4, 0, None]


def test_no_cell_runs_beside_the_gradebook(graded: tuple[Path, Ended]) -> None:
    """A cell that attacks the gradebook, or code that runs later, changes nothing."""
    folder, _ = graded
    assert points(folder, "attacker") == [0, 0, 0, None]
    students = [
        path.name for path in (folder / "submitted").iterdir() if path.name not in ("torn", "twice")
    ]
    assert {row.manual for student in students for row in gradebook(folder, student).values()} == {
        None
    }


def test_a_hand_in_that_cannot_be_graded_costs_nobody_else_anything(
    graded: tuple[Path, Ended],
) -> None:
    """The command names such students and exits with 1; all others are graded."""
    folder, ended = graded
    for student in ("torn", "twice"):
        assert (
            f"There was an error processing assignment 'letters' for student '{student}'"
            in ended.stderr
        )
        assert set(points(folder, student)) == {None}
    assert ended.stderr.count("There was an error processing assignment 'letters'") == 2
    assert "letters was handed in more than once: letters, letters.zip; keep one" in ended.stderr


def test_one_run_of_the_grader_serves_the_whole_command(graded: tuple[Path, Ended]) -> None:
    """The harness is started once for all students of a command."""
    assert graded[1].stderr.count("report: ") == 1


def test_what_a_person_decides_waits_in_formgrader(graded: tuple[Path, Ended]) -> None:
    """A manual criterion waits for a score; automatic ones have a score and a comment."""
    rows = gradebook(graded[0], "unnoted")
    assert rows["letters-style"].waits
    assert not rows["letters-notes"].waits
    assert "notes.md" in rows["letters-notes"].comment


def test_a_deleted_criterion_can_be_marked(graded: tuple[Path, Ended]) -> None:
    """Formgrader shows every criterion, even if a student deleted its cell."""
    notebook = nbformat.read(
        graded[0] / "autograded" / "deleted" / ID / f"{ID}.ipynb", as_version=4
    )
    shown = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells}
    assert {"letters-vowels", "letters-mirror", "letters-notes", "letters-style"} <= shown


def test_a_marker_sees_what_was_handed_in_beside_the_notebook(graded: tuple[Path, Ended]) -> None:
    """The student's module and notes are in the notebook that formgrader shows."""
    folder, _ = graded
    for student in ("module", "late"):
        notebook = nbformat.read(folder / "autograded" / student / ID / f"{ID}.ipynb", as_version=4)
        shown = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        assert sum("def count_vowels" in source for source in shown) == 1
        assert NOTES in shown


def test_a_module_is_not_held_to_be_handed_in_twice(graded: tuple[Path, Ended]) -> None:
    """The notebook made from a .py is not reported as a second hand-in."""
    report = (graded[0] / "graded" / "reports" / "module.html").read_text(encoding="utf-8")
    assert "more than one file" not in report


@pytest.mark.parametrize(("student", "points"), [("late", 4), ("too_late", 15), ("unnoted", None)])
def test_lateness_costs_what_the_rubric_says(
    graded: tuple[Path, Ended], student: str, points: float | None
) -> None:
    """Each day begun costs two points, and after three days all points are lost."""
    assert penalty(graded[0], student) == points


def test_a_marker_is_not_overruled_and_a_fault_of_ours_costs_nothing(
    graded: tuple[Path, Ended],
) -> None:
    """Regrading keeps formgrader's scores, and a fault of a grader keeps old scores."""
    folder, _ = graded
    mark(folder, "late", "letters-style", 2.5)
    grader = folder.parent / "course" / "assignments" / ID / "graders" / "test_letters.py"
    sound = grader.read_text(encoding="utf-8")
    grader.write_text(sound.replace("!= 5", "!= undefined_name"), encoding="utf-8")
    ended = nbgrader("autograde", ID, "--force", "--student", "late", folder=folder, code=1)
    assert "a fault of the grader, not of the student" in ended.stderr
    assert "for student 'late'" in ended.stderr
    assert points(folder, "late") == FULL
    grader.write_text(sound, encoding="utf-8")
    nbgrader("autograde", ID, "--force", "--student", "late", folder=folder)
    row = gradebook(folder, "late")["letters-style"]
    assert (row.auto, row.manual, row.waits) == (None, 2.5, False)


def mark(folder: Path, student: str, cell: str, score: float) -> None:
    """Store a score as formgrader does."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        grade = book.find_grade(cell, ID, ID, student)
        grade.manual_score, grade.needs_manual_grade = score, False
        book.db.commit()
