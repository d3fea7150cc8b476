"""Peers that one command starts for a whole class: nbgrader, and a bare fork server."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from tests.bench.peers.environments import python_of, version_of
from tests.bench.peers.peer import FORMATS, Command, Marks, PeerFailed, run_all
from tests.bench.peers.processes import check_names
from tests.bench.submissions import ASSIGNMENT

POINTS = """
    SELECT student.id, base_cell.name, grade.auto_score FROM grade
    JOIN base_cell ON base_cell.id = grade.cell_id
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    JOIN student ON student.id = submitted_assignment.student_id
"""
NAMES_OF_STUDENT = "import sys\nfrom residual_checks import CHECKS\n"


@dataclass(slots=True, kw_only=True)
class Nbgrader:
    """`nbgrader autograde` of a class: a notebook each, with a cell for each check."""

    program: Path
    name: str = "nbgrader autograde"
    version: str
    folder: Path = Path()

    def prepare(self, files: Sequence[Path], folder: Path) -> None:
        """Make a course, whose notebooks have the whole submission in the cell to fill in."""
        self.folder = folder
        write_notebook(folder / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", "")
        self._run("generate_assignment", ASSIGNMENT)
        for file in files:
            target = folder / "submitted" / file.stem / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
            write_notebook(target, file.read_text(encoding="utf-8"))

    def grade(self) -> None:
        """Grade the class."""
        self._run("autograde", ASSIGNMENT)

    def marks(self) -> Marks:
        """Return the cells with a point, which the gradebook has."""
        found: dict[str, set[str]] = {}
        gradebook = self.folder / "gradebook.db"
        if not gradebook.is_file():
            raise PeerFailed((self.folder / "autograde.txt").read_text(encoding="utf-8"))
        connection = sqlite3.connect(gradebook)
        for student, cell, points in connection.execute(POINTS):
            found.setdefault(student, set()).update({cell} if points else ())
        connection.close()
        return {student: frozenset(cells) for student, cells in found.items()}

    def _run(self, command: str, *arguments: str) -> None:
        output = self.folder / f"{command}.txt"
        words: list[str | Path] = [self.program, command, *arguments]
        run_all([Command(arguments=words, folder=self.folder, output=output)], self.folder)


def nbgrader() -> Nbgrader:
    """Return nbgrader of an environment of its own."""
    program = python_of("nbgrader").with_name("nbgrader")
    return Nbgrader(program=program, version=version_of("nbgrader"))


def write_notebook(file: Path, source: str) -> None:
    """Write the notebook of the assignment, with this source in the cell that students fill in."""
    cells = [_cell("answer", source, solution=True)]
    for name in check_names():
        check = f'{NAMES_OF_STUDENT}CHECKS["{name}"](sys.modules["__main__"])'
        cells.append(_cell(name, check, grade=True, locked=True, points=1))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    file.parent.mkdir(parents=True)
    nbformat.write(notebook, file)


def _cell(name: str, source: str, **given: Any) -> Any:
    marked = {"schema_version": 3, "grade_id": name, "task": False}
    marked |= {"grade": False, "solution": False, "locked": False, **given}
    return nbformat.v4.new_code_cell(
        source, id=name.replace("_", "-"), metadata={"nbgrader": marked}
    )


@dataclass(slots=True, kw_only=True)
class ForkServer:
    """A process that has torch and forks for each submission, without any sandbox."""

    name: str = "a bare fork server without any sandbox, 2 at a time"
    version: str = ""
    jobs: int = 2
    folder: Path = Path()
    files: Sequence[Path] = ()

    def prepare(self, files: Sequence[Path], folder: Path) -> None:
        """Make the folder of its results."""
        self.folder, self.files = folder, files
        (folder / "out").mkdir()

    def grade(self) -> None:
        """Start it, and wait until it has ended."""
        server = FORMATS / "fork_server.py"
        words: list[str | Path] = [sys.executable, server, self.folder / "out", str(self.jobs)]
        output = self.folder / "output.txt"
        words += self.files
        run_all([Command(arguments=words, folder=self.folder, output=output)], self.folder)

    def marks(self) -> Marks:
        """Return the names that each child wrote."""
        return {
            file.stem: frozenset(json.loads(file.read_text(encoding="utf-8")))
            for file in (self.folder / "out").glob("*.json")
        }
