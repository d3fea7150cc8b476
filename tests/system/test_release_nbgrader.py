"""What nbgrader itself makes of the notebooks that `release` writes."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.config.course import load_course
from autograder.release import read_source
from autograder.release.notebook import notebook_bytes, release_notebook, source_notebook
from tests.support.command_line import TINY
from tests.support.places import CASES

LETTERS = CASES / "proof_course"  # a criterion of its one assignment is a person's


def nbgrader(course: Path, *arguments: str) -> str:
    """Run nbgrader's own command as in an activated environment; return what it prints."""
    binaries = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"}
    command = ["nbgrader", *arguments]
    return subprocess.run(
        command, cwd=course, env=environment, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture(scope="module")
def nbgrader_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generate a course of nbgrader from our notebook; Ana hands in the released one untouched."""
    folder = tmp_path_factory.mktemp("nbgrader")
    course = load_course(TINY)
    assignment = course.assignment("tensors")
    source = read_source(assignment)
    made = source_notebook(source, assignment, "es")
    for path, notebook in (
        ("source/tensors", made),
        ("submitted/ana/tensors", release_notebook(made, source, assignment, "es")),
    ):
        (folder / path).mkdir(parents=True)
        (folder / path / "tensors.ipynb").write_bytes(notebook_bytes(notebook))
    nbgrader(folder, "generate_assignment", "tensors")
    return folder


def test_an_untouched_release_earns_nothing(nbgrader_course: Path) -> None:
    """Stock `nbgrader autograde`, which runs cells, gives no points for ours: a person or our
    graders do.
    """
    nbgrader(nbgrader_course, "autograde", "tensors")
    database = sqlite3.connect(nbgrader_course / "gradebook.db")
    rows = database.execute(
        "select auto_score, manual_score, needs_manual_grade from grade"
    ).fetchall()
    database.close()
    assert rows == [(None, None, 1)] * 3


def test_a_mark_scheme_is_not_released(tmp_path: Path) -> None:
    """The instructor's notebook says how a person judges a criterion; the students' does not."""
    course = load_course(shutil.copytree(LETTERS, tmp_path / "course"))
    assignment = course.assignment("letter")
    made = source_notebook(None, assignment, "en")
    released = release_notebook(made, None, assignment, "en")
    before, after = (
        nbformat.reads(notebook_bytes(nb), as_version=4).cells[-1] for nb in (made, released)
    )
    assert "### BEGIN MARK SCHEME\nFrom 0 to 2 points;" in before.source
    assert after.source == "**Style.** You write well.\n"


def said(notebook: Path) -> list[object]:
    """Return each cell's text; a stub's words are left out, nbgrader's name no criterion."""
    stub = re.compile(r"(# YOUR CODE HERE\n\s*)?raise NotImplementedError\(.*\)")
    cells = nbformat.read(notebook, as_version=4).cells
    for cell in cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            del cell.metadata["nbgrader"]["checksum"]  # of those very words
    return [
        (cell.id, cell.cell_type, stub.sub("raise", cell.source), cell.metadata) for cell in cells
    ]


def test_nbgrader_makes_the_same_notebook_of_the_source(nbgrader_course: Path) -> None:
    """What `nbgrader generate_assignment` leaves for students is, cell by cell, what we release."""
    made, ours = (
        nbgrader_course / folder / "tensors" / "tensors.ipynb"
        for folder in ("release", "submitted/ana")
    )
    assert said(made) == said(ours)


def test_nbgrader_finds_nothing_wrong_with_the_source(nbgrader_course: Path) -> None:
    """`nbgrader validate`, which runs every cell, accepts the instructor's notebook."""
    source = nbgrader_course / "source" / "tensors" / "tensors.ipynb"
    assert "Your notebook passes all the tests" in nbgrader(
        nbgrader_course, "validate", str(source)
    )
