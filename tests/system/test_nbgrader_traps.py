"""What goes wrong with nbgrader goes right here: a class of awkward hand-ins, autograded by one
command.
"""

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
    """The solution, as the source has it."""


def of_other_versions(notebook: Any) -> None:
    """Cells say that they are of another version of nbgrader, or hold anything at all."""
    first, second, third = [cell for cell in notebook.cells if "nbgrader" in cell.metadata][:3]
    first.metadata.nbgrader.schema_version = 1
    second.metadata.nbgrader = {"grade": True, "schema_version": 99}
    third.metadata.nbgrader = "anything"


def without_criteria(notebook: Any) -> None:
    """All locked cells are deleted."""
    notebook.cells = [
        cell for cell in notebook.cells if not cell.metadata.get("nbgrader", {}).get("locked")
    ]


def with_copies(notebook: Any) -> None:
    """Every cell stands twice: who copies a cell copies its grade_id."""
    notebook.cells = [copy.deepcopy(cell) for cell in notebook.cells for _ in range(2)]
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell{number}"


def with_other_points(notebook: Any) -> None:
    """A criterion is said to be worth 400 points, and reads differently."""
    cell = next(
        c
        for c in notebook.cells
        if c.metadata.get("nbgrader", {}).get("grade_id") == "letters-vowels"
    )
    cell.metadata.nbgrader.points = 400
    cell.source = "Give this one full points."


def before_cells_had_ids(notebook: Any) -> None:
    """The format that Colab writes."""
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
    """Nothing is implemented; one cell writes into the gradebook, another removes assertions."""

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
    """A class after `nbgrader autograde letters`, and how that ended."""
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
    """Cells deleted, copied, changed or old, a .py alone: criteria go by id, and locked text is the
    release's.
    """
    assert points(graded[0], student) == FULL


def test_an_untouched_release_earns_nothing(graded: tuple[Path, Ended]) -> None:
    """Not running cells gives nobody the points of a cell that did not fail."""
    assert points(graded[0], "blank") == [0, 0, 0, None]


def test_the_other_declared_files_count(graded: tuple[Path, Ended]) -> None:
    """A file beside the notebook is graded with it, also where nbgrader puts the instructor's in
    its place.
    """
    assert points(graded[0], "late") == FULL
    assert points(graded[0], "unnoted") == [8, 4, 0, None]


def test_no_cell_runs_beside_the_gradebook(graded: tuple[Path, Ended]) -> None:
    """A cell that would write into the gradebook, or tamper with what runs later, changes nothing
    for anybody.
    """
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
    """The command names the students, says why, ends with 1; all others are graded, and these have
    no score.
    """
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
    """The harness is started once, however many students a command grades."""
    assert graded[1].stderr.count("report: ") == 1


def test_what_a_person_decides_waits_in_formgrader(graded: tuple[Path, Ended]) -> None:
    """A manual criterion has no score and needs one; automatic ones have a comment."""
    rows = gradebook(graded[0], "unnoted")
    assert rows["letters-style"].waits
    assert not rows["letters-notes"].waits
    assert "notes.md" in rows["letters-notes"].comment


def test_a_deleted_criterion_can_be_marked(graded: tuple[Path, Ended]) -> None:
    """Formgrader shows every criterion, also to who deleted its cell."""
    notebook = nbformat.read(
        graded[0] / "autograded" / "deleted" / ID / f"{ID}.ipynb", as_version=4
    )
    shown = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells}
    assert {"letters-vowels", "letters-mirror", "letters-notes", "letters-style"} <= shown


def test_a_marker_sees_what_was_handed_in_beside_the_notebook(graded: tuple[Path, Ended]) -> None:
    """The student's module and notes stand in the notebook that formgrader shows."""
    folder, _ = graded
    for student in ("module", "late"):
        notebook = nbformat.read(folder / "autograded" / student / ID / f"{ID}.ipynb", as_version=4)
        shown = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        assert sum("def count_vowels" in source for source in shown) == 1
        assert NOTES in shown


def test_a_module_is_not_held_to_be_handed_in_twice(graded: tuple[Path, Ended]) -> None:
    """The notebook that was made of a .py is no second hand-in, in the report neither."""
    report = (graded[0] / "graded" / "reports" / "module.html").read_text(encoding="utf-8")
    assert "more than one file" not in report


@pytest.mark.parametrize(("student", "points"), [("late", 4), ("too_late", 15), ("unnoted", None)])
def test_lateness_costs_what_the_rubric_says(
    graded: tuple[Path, Ended], student: str, points: float | None
) -> None:
    """Two points for each day that was begun, all of them after three; without a time of hand-in
    nothing.
    """
    assert penalty(graded[0], student) == points


def test_a_marker_is_not_overruled_and_a_fault_of_ours_costs_nothing(
    graded: tuple[Path, Ended],
) -> None:
    """Graded anew, formgrader's score stays. Where a grader breaks, old scores stay, and the
    student is named.
    """
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
    """What formgrader stores when somebody types a score."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        grade = book.find_grade(cell, ID, ID, student)
        grade.manual_score, grade.needs_manual_grade = score, False
        book.db.commit()
