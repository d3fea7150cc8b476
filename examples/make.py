"""Make what the sample class hands in beside its code: checkpoints of known accuracy, histories,
pictures.

Checkpoints are too large to commit. This draws a small Flowers-102 into examples/data and, for each
student of class.yml, makes the files that their own training would have left beside their
flower_classifier code.
"""

from __future__ import annotations

import io
import shutil
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import yaml

from autograder.config.course import load_course
from autograder.measuring.data.synthetic import make_flowers
from autograder.verification.artifacts import load_make

HERE = Path(__file__).resolve().parent
ASSIGNMENT = "flower_classifier"


def make_class(submitted: Path, data: Path, students: dict[str, dict[str, Any]]) -> None:
    """Write each student's artifacts beside their code."""
    assignment = load_course(HERE.parent).assignment(ASSIGNMENT)
    make = load_make(assignment)
    for seed, (student, what) in enumerate(students.items()):
        folder = submitted / student / ASSIGNMENT
        print(f"{student}: {what.get('recipe') or 'from ' + what['copied_from']}", flush=True)
        if "copied_from" in what:  # somebody else's work, handed in as one's own
            files = artifacts(submitted / what["copied_from"] / ASSIGNMENT)
        else:
            code = next(
                folder / name for name in assignment.source_names if (folder / name).is_file()
            )
            with redirect_stdout(io.StringIO()):  # students' files print
                files = make(code, what["recipe"], data, seed)
        for name, content in files.items():
            if name not in what.get("without", ()):
                (folder / name).write_bytes(content)


def artifacts(folder: Path) -> dict[str, bytes]:
    """Everything of a hand-in but its code."""
    return {
        file.name: file.read_bytes()
        for file in folder.iterdir()
        if file.suffix not in (".py", ".ipynb")
    }


def main() -> None:
    """Make the data and the class; into another folder where one is named."""
    into = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else HERE
    if into != HERE:
        shutil.copytree(HERE / "submitted", into / "submitted", dirs_exist_ok=True)
    data = make_flowers(into / "data")
    students = yaml.safe_load((HERE / "class.yml").read_text(encoding="utf-8"))
    make_class(into / "submitted", data, students)


if __name__ == "__main__":
    main()
