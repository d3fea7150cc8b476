"""Notebooks for hand-ins without one: nbgrader and formgrader only see notebooks."""

from __future__ import annotations

import hashlib
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.errors import CourseError
from autograder.handin.intake import HandIn, find_hand_ins, read_hand_in
from autograder.handin.intake.read_hand_in import MADE_FROM_KEY, made_from
from autograder.model import Assignment, Course, SubmittedFiles
from autograder.release.notebook import notebook_bytes
from autograder.results import write_bytes


def convert_folder(folder: Path, course: Course) -> tuple[list[Path], list[str]]:
    """Write `<id>.ipynb` beside each hand-in in `folder`/submitted without a current one.

    It is the released notebook with the student's code in a single cell; what is graded is the
    file itself. Returns the files written, and a complaint for each hand-in that nbgrader ignores.
    """
    listing = find_hand_ins(folder / "submitted", course, (), ())
    made: list[Path] = []
    complaints = list(listing.complaints)
    for hand_in in listing.hand_ins:
        assignment = course.assignment(hand_in.assignment)
        path = hand_in.path / f"{assignment.id}.ipynb"
        if complaint := _ignored_reason(hand_in, path):
            complaints.append(complaint)
            continue
        submission = read_hand_in(hand_in, assignment, "en")
        if not path.exists() or (path.is_file() and _is_stale(path, submission, assignment)):
            released = _read_released(folder, assignment)
            write_bytes(path, notebook_of(released, submission, assignment))
            made.append(path)
    return made, complaints


def _ignored_reason(hand_in: HandIn, path: Path) -> str:
    """Return why nbgrader ignores a hand-in that no notebook of ours may represent; else ""."""
    if not hand_in.path.is_dir():
        return (
            f"{hand_in.path}: an archive, and nbgrader sees folders only; "
            "`autograder collect` unpacks it"
        )
    if path.exists():
        return ""
    others = sorted(other.name for other in hand_in.path.glob("*.ipynb"))
    if not others:
        return ""
    return f"{hand_in.path}: {', '.join(others)}, but no {path.name}; rename the right one"


def notebook_of(
    released: NotebookNode, submission: SubmittedFiles, assignment: Assignment
) -> bytes:
    """Return the released notebook with the student's code in its first cell to fill in.

    The other cells refer to it. Filling in single cells would show a stub again that the student
    removed.
    """
    name, content = _handed_in(submission, assignment)
    if assignment.runs_code:
        cells = [
            cell for cell in released.cells if cell.metadata.get("nbgrader", {}).get("solution")
        ]
        for number, cell in enumerate(cells):
            cell.source = f"# {name}, see above" if number else content.decode("utf-8", "replace")
        released.metadata[MADE_FROM_KEY] = hashlib.sha256(content).hexdigest()
    return notebook_bytes(released)


def _handed_in(submission: SubmittedFiles, assignment: Assignment) -> tuple[str, bytes]:
    """Return the graded file that is no notebook; empty content if it is missing or unreadable."""
    names = [name for name in assignment.source_names if not name.endswith(".ipynb")]
    name = next((name for name in names if name in submission.files), assignment.files[0].name)
    return name, submission.files.get(name, b"")


def _is_stale(path: Path, submission: SubmittedFiles, assignment: Assignment) -> bool:
    """Return whether a notebook is one of ours, made from a file that has changed since."""
    digest = made_from(path.read_bytes())
    content = _handed_in(submission, assignment)[1]
    return bool(digest and content) and digest != hashlib.sha256(content).hexdigest()


def _read_released(folder: Path, assignment: Assignment) -> NotebookNode:
    path = folder / "release" / assignment.id / f"{assignment.id}.ipynb"
    if not path.is_file():
        raise CourseError(
            f"{path}: no such file; run `nbgrader generate_assignment {assignment.id}` first"
        )
    return nbformat.read(path, as_version=4)
