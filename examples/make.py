"""The sample class's artifacts: checkpoints of known accuracy, histories and pictures.

Checkpoints are too large to commit. This draws a small Flowers-102 into examples/data and, for each
student of class.yml, makes the files that their own training would have left beside their
flower_classifier code.
"""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TypedDict

import yaml

from autograder.config.course import load_course
from autograder.measuring.data.synthetic import make_flowers
from autograder.model import Assignment
from autograder.verification.artifacts import load_make

HERE = Path(__file__).resolve().parent
ASSIGNMENT = "flower_classifier"


class Student(TypedDict, total=False):
    """A student's entry in class.yml."""

    recipe: str  # a name in the assignment's recipes.py, or `accuracy` and a share
    copied_from: str  # the student whose files are handed in instead
    without: Sequence[str]  # names of files that are not handed in


def make_class(submitted: Path, data: Path, students: Mapping[str, Student]) -> None:
    """Write each student's artifacts beside their code."""
    assignment = load_course(HERE.parent).assignment(ASSIGNMENT)
    make = load_make(assignment)
    for seed, (name, student) in enumerate(students.items()):
        folder = submitted / name / ASSIGNMENT
        if "copied_from" in student:
            print(f"{name}: from {student['copied_from']}", flush=True)
            files = artifacts(submitted / student["copied_from"] / ASSIGNMENT)
        else:
            print(f"{name}: {student['recipe']}", flush=True)
            with redirect_stdout(io.StringIO()):  # students' files print
                files = make(code_in(folder, assignment), student["recipe"], data, seed)
        for file, content in files.items():
            if file not in student.get("without", ()):
                (folder / file).write_bytes(content)


def code_in(folder: Path, assignment: Assignment) -> Path:
    """Return the file of a hand-in that holds its code."""
    candidates = [folder / name for name in assignment.source_names]
    return next(file for file in candidates if file.is_file())


def artifacts(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files of a hand-in but its code."""
    files = [file for file in folder.iterdir() if file.suffix not in (".py", ".ipynb")]
    return {file.name: file.read_bytes() for file in files}


def main() -> None:
    """Make the data and the class here, or in the folder that is named."""
    into = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else HERE
    if into != HERE:
        shutil.copytree(HERE / "submitted", into / "submitted", dirs_exist_ok=True)
    data = make_flowers(into / "data")
    students = yaml.safe_load((HERE / "class.yml").read_text(encoding="utf-8"))
    make_class(into / "submitted", data, students)


if __name__ == "__main__":
    main()
