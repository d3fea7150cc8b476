"""What nbgrader itself makes of the notebooks that `release` writes."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.course import load_course
from autograder.release import read_source
from autograder.release.notebook import release_notebook, source_notebook, written
from tests.command_line import REPOSITORY, TINY

LETTERS = REPOSITORY / "tests" / "proof_course"  # a criterion of its one assignment is a person's


def nbgrader(course: Path, *arguments: str) -> None:
    """Run nbgrader's own command, as who has activated the environment does."""
    binaries = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["nbgrader", *arguments], cwd=course, env=environment, check=True, capture_output=True)


@pytest.fixture
def nbgrader_course(tmp_path: Path) -> Path:
    """A course of nbgrader with our notebook as its source, handed in by Ana as it was released."""
    course = load_course(TINY)
    assignment = course.assignment("tensors")
    source = read_source(assignment)
    made = source_notebook(source, assignment, "es")
    for folder, notebook in (
        ("source/tensors", made),
        ("submitted/ana/tensors", release_notebook(made, source, assignment, "es")),
    ):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "tensors.ipynb").write_bytes(written(notebook))
    return tmp_path


def test_an_untouched_release_earns_nothing(nbgrader_course: Path) -> None:
    """Stock `nbgrader autograde`, which runs cells, gives no points for ours: a person or our graders do."""
    nbgrader(nbgrader_course, "generate_assignment", "tensors")
    nbgrader(nbgrader_course, "autograde", "tensors")
    database = sqlite3.connect(nbgrader_course / "gradebook.db")
    rows = database.execute("select auto_score, manual_score, needs_manual_grade from grade").fetchall()
    database.close()
    assert rows == [(None, None, 1)] * 3


def test_a_mark_scheme_is_not_released(tmp_path: Path) -> None:
    """How a person judges a criterion stands in the instructor's notebook and not in the students'."""
    course = load_course(shutil.copytree(LETTERS, tmp_path / "course"))
    assignment = course.assignment("letter")
    made = source_notebook(None, assignment, "en")
    released = release_notebook(made, None, assignment, "en")
    before, after = (nbformat.reads(written(nb), as_version=4).cells[-1] for nb in (made, released))
    assert "### BEGIN MARK SCHEME\nFrom 0 to 2 points;" in before.source
    assert after.source == "**Style.** You write well.\n"
