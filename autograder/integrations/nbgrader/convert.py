"""Hand-ins without a notebook get one, which holds them: nbgrader and formgrader see notebooks
only.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.errors import CourseError
from autograder.handin.intake import HandIn, collect, read
from autograder.handin.intake.reading import MADE_FROM, made_from
from autograder.model import Assignment, Course, SubmittedFiles
from autograder.release.notebook import notebook_bytes
from autograder.results import write_bytes


def convert(folder: Path, course: Course) -> tuple[list[Path], list[str]]:
    """Write `<id>.ipynb` beside every hand-in in `folder`/submitted that has none, or an older one
    of ours.

    It is the released notebook, in which the student's code stands whole; what is graded is the
    file itself. Returns what was written, and a complaint for each hand-in that nbgrader will not
    see.
    """
    collection = collect(folder / "submitted", course, (), ())
    made, complaints = [], list(collection.complaints)
    for hand_in in collection.hand_ins:
        assignment = course.assignment(hand_in.assignment)
        path = hand_in.path / f"{assignment.id}.ipynb"
        if complaint := _unseen(hand_in, path):
            complaints.append(complaint)
            continue
        submission = read(hand_in, assignment, "en")
        if not path.exists() or (path.is_file() and _is_stale(path, submission, assignment)):
            write_bytes(path, notebook_of(_released(folder, assignment), submission, assignment))
            made.append(path)
    return made, complaints


def _unseen(hand_in: HandIn, path: Path) -> str:
    """Why nbgrader will not see a hand-in, and no notebook of ours would be right; empty where it
    will.
    """
    if not hand_in.path.is_dir():
        return f"{hand_in.path}: an archive, and nbgrader sees folders only; `autograder collect` unpacks it"
    others = (
        sorted(other.name for other in hand_in.path.glob("*.ipynb")) if not path.exists() else []
    )
    return (
        f"{hand_in.path}: {', '.join(others)}, but no {path.name}; rename the right one"
        if others
        else ""
    )


def notebook_of(
    released: NotebookNode, submission: SubmittedFiles, assignment: Assignment
) -> bytes:
    """The released notebook, a student's code in the place of the first cell to fill in; the others
    point there.

    Cells are not filled in one by one: what a student left out would be there again, as a stub.
    """
    name, content = _handed_in(submission, assignment)
    to_fill = [cell for cell in released.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    for number, cell in enumerate(to_fill if assignment.runs_code else ()):
        cell.source = f"# {name}, see above" if number else content.decode("utf-8", "replace")
    if assignment.runs_code:
        released.metadata[MADE_FROM] = hashlib.sha256(content).hexdigest()
    return notebook_bytes(released)


def _handed_in(submission: SubmittedFiles, assignment: Assignment) -> tuple[str, bytes]:
    """The file that is graded, a notebook apart; nothing where it is missing or cannot be read."""
    names = [name for name in assignment.source_names if not name.endswith(".ipynb")]
    name = next((name for name in names if name in submission.files), assignment.files[0].name)
    return name, submission.files.get(name, b"")


def _is_stale(path: Path, submission: SubmittedFiles, assignment: Assignment) -> bool:
    """Whether a notebook is one of ours, made of a file that has changed since."""
    before = made_from(path.read_bytes())
    content = _handed_in(submission, assignment)[1]
    return bool(before and content) and before != hashlib.sha256(content).hexdigest()


def _released(folder: Path, assignment: Assignment) -> NotebookNode:
    path = folder / "release" / assignment.id / f"{assignment.id}.ipynb"
    if not path.is_file():
        raise CourseError(
            f"{path}: no such file; run `nbgrader generate_assignment {assignment.id}` first"
        )
    return nbformat.read(path, as_version=4)
