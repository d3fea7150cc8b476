"""nbgrader as its users meet it: its own commands over a course that `autograder nbgrader init`
began.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from tests.support.command_line import REPOSITORY, SECONDS, Ended, autograder
from tests.support.levels import skip_where_refused
from tests.support.places import CASES

LETTERS = CASES / "letters_course"
ID = "letters"
SOLUTION = LETTERS / "solutions" / ID / "letters.py"


class Row(NamedTuple):
    """What the gradebook holds of a criterion."""

    auto: float | None
    manual: float | None
    waits: bool
    comment: str


def begin(folder: Path, course: Path = LETTERS) -> None:
    """Make a course of nbgrader, and generate its assignment."""
    assert (
        autograder("nbgrader", "init", folder, "--course", course, "--lang", "en").returncode == 0
    )
    nbgrader("generate_assignment", ID, folder=folder)


def nbgrader(*arguments: object, folder: Path, code: int = 0) -> Ended:
    """Run `nbgrader ARGUMENTS...` in a folder, with nothing of this machine's Jupyter."""
    ended = subprocess.run(
        [sys.executable, "-m", "nbgrader", *map(str, arguments)],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    skip_where_refused(ended.stderr)
    assert ended.returncode == code, ended.stderr
    return ended


def environment(folder: Path) -> dict[str, str]:
    """Return variables that hide all settings but those in `folder`, and programs beside Python."""
    jupyter = {
        name: str(folder / ".jupyter") for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR")
    }
    path = os.pathsep.join(["/usr/bin", "/bin"])
    return {**os.environ, **jupyter, "PATH": path, "PYTHONPATH": str(REPOSITORY)}


def gradebook(folder: Path, student: str) -> dict[str, Row]:
    """Return the gradebook's rows of a student's criteria, by the names of their cells."""
    with sqlite3.connect(folder / "gradebook.db") as database:
        rows = database.execute(
            """
            select base_cell.name, auto_score, manual_score, needs_manual_grade,
                coalesce(manual_comment, auto_comment)
            from submitted_assignment
            join submitted_notebook on submitted_notebook.assignment_id = submitted_assignment.id
            join grade on grade.notebook_id = submitted_notebook.id
            join base_cell on base_cell.id = grade.cell_id
            left join comment on comment.notebook_id = submitted_notebook.id
                and comment.cell_id = base_cell.id
            where student_id = ?
            """,
            [student],
        ).fetchall()
    database.close()
    return {
        name: Row(auto, manual, bool(waits), comment or "")
        for name, auto, manual, waits, comment in rows
    }


def set_due(folder: Path, moment: str) -> None:
    """Set the assignment's deadline, as formgrader does."""
    with sqlite3.connect(folder / "gradebook.db") as database:
        database.execute("update assignment set duedate = ?", [moment])
    database.close()


def penalty(folder: Path, student: str) -> float | None:
    """Return the late penalty that the gradebook holds."""
    with sqlite3.connect(folder / "gradebook.db") as database:
        (found,) = database.execute(
            """
            select late_submission_penalty from submitted_notebook
            join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
            where student_id = ?
            """,
            [student],
        ).fetchone()
    database.close()
    return found  # type: ignore[no-any-return]


def points(folder: Path, student: str) -> list[float | None]:
    """Return the automatic scores of the four criteria, in the rubric's order."""
    rows = gradebook(folder, student)
    return [rows[f"letters-{name}"].auto for name in ("vowels", "mirror", "notes", "style")]


def hand_in(
    folder: Path, student: str, change: Callable[[Any], object] | None = None, **files: str
) -> Path:
    """Fill a student's folder in `submitted`: the solved notebook, changed, and files by stem."""
    own = folder / "submitted" / student / ID
    own.mkdir(parents=True)
    notebook = nbformat.read(folder / "source" / ID / f"{ID}.ipynb", as_version=4)
    if change is not None:
        change(notebook)
        nbformat.write(notebook, own / f"{ID}.ipynb")
    for stem, text in files.items():
        suffix = {"notes": "md", "timestamp": "txt"}.get(stem, "py")
        (own / f"{stem}.{suffix}").write_text(text, encoding="utf-8")
    return own
