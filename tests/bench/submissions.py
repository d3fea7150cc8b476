"""The twenty submissions of residual_block that benchmarks grade, and classes made of them."""

from __future__ import annotations

import shutil
from pathlib import Path

from autograder.config.course import load_course
from autograder.verification.cases import whole_source
from tests.support.places import REPOSITORY

ASSIGNMENT = "residual_block"
FOLDER = REPOSITORY / "assignments" / ASSIGNMENT
FILE_NAME = f"{ASSIGNMENT}.py"
BATCH = 20  # submissions
OF_EACH_KIND = (BATCH - 2) // 2  # right ones, and wrong ones, beside the solution and the stub


def answers() -> dict[str, str]:
    """Return the sources by name: the solution, the stub, and as many right ones as wrong ones."""
    assignment = load_course(REPOSITORY).assignment(ASSIGNMENT)
    right = sorted((FOLDER / "right").glob("*.py"))[:OF_EACH_KIND]
    wrong = sorted((FOLDER / "wrong").glob("*.py"))
    spread = wrong[:: len(wrong) // OF_EACH_KIND][:OF_EACH_KIND]
    files = {"solution": assignment.solution / FILE_NAME, "stub": FOLDER / FILE_NAME}
    files |= {path.stem: path for path in (*right, *spread)}
    return {name: whole_source(path, assignment) for name, path in files.items()}


def write_submissions(folder: Path) -> list[Path]:
    """Write the twenty answers as files, and return these."""
    folder.mkdir()
    files = []
    for number, (name, source) in enumerate(answers().items()):
        files.append(folder / f"{number:02}_{name}.py")
        files[-1].write_text(source, encoding="utf-8")
    return files


def make_class(files: list[Path], folder: Path, copies: int) -> Path:
    """Make a folder of `copies` × 20 students, and return it."""
    for copy in range(copies):
        for file in files:
            target = folder / f"student{copy:03}_{file.stem}" / ASSIGNMENT
            target.mkdir(parents=True)
            shutil.copy(file, target / FILE_NAME)
    return folder
