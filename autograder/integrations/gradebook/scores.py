"""Scores in an open gradebook: a submission's criteria are written, manual scores are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from nbgrader import api

from autograder.errors import CourseError
from autograder.integrations.gradebook.entries import FORMGRADER_AUTHOR, GradebookEntry
from autograder.release.notebook import grade_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualScore:
    """A person's score for a criterion in formgrader."""

    student: str
    assignment: str
    cell: str  # a criterion's grade_id
    # As stored in the gradebook, which checks nothing: it may be out of range or no number.
    points: float | None  # None: only extra credit
    extra_credit: float
    comment: str


def write_scores(notebook: api.SubmittedNotebook, entries: Iterable[GradebookEntry]) -> list[str]:
    """Write the criteria of one submission; return the ids of those that changed.

    A person's scores and comments in formgrader are never touched. After a fault of ours the old
    score stays. The caller commits.
    """
    add_missing_rows(notebook)
    cells = {cell.name: cell for cell in notebook.notebook.task_cells}
    grades = {grade.cell_id: grade for grade in notebook.grades}
    comments = {comment.cell_id: comment for comment in notebook.comments}
    changed = []
    for entry in entries:
        cell = cells.get(grade_id(entry.criterion))
        if cell is None or cell.max_score != float(entry.max_points):
            raise CourseError(_cell_problem(notebook, entry, cell))
        if _update_rows(grades[cell.id], comments[cell.id], entry):
            changed.append(entry.criterion)
    return changed


def add_missing_rows(notebook: api.SubmittedNotebook) -> None:
    """Add a grade and a comment for each cell: nbgrader only does so at the hand-in."""
    graded = {grade.cell_id for grade in notebook.grades}
    commented = {comment.cell_id for comment in notebook.comments}
    tasks = notebook.notebook.task_cells
    for cell in (*notebook.notebook.grade_cells, *tasks):
        if cell.id not in graded:
            notebook.grades.append(api.Grade(cell_id=cell.id))
    for cell in (*notebook.notebook.solution_cells, *tasks):
        if cell.id not in commented:
            notebook.comments.append(api.Comment(cell_id=cell.id))


def manual_scores(gradebook: api.Gradebook, assignments: Iterable[str]) -> Iterator[ManualScore]:
    """Yield each score and extra credit that a person gave for a task of these assignments."""
    for student, assignment, cell, grade, comment in _query_manual(gradebook, assignments):
        yield ManualScore(
            student=student,
            assignment=assignment,
            cell=cell,
            points=grade.manual_score,
            extra_credit=grade.extra_credit or 0.0,
            comment=(comment.manual_comment or "").strip() if comment else "",
        )


def _query_manual(
    gradebook: api.Gradebook, assignments: Iterable[str]
) -> Iterable[tuple[str, str, str, api.Grade, api.Comment | None]]:
    """Return student, assignment, cell, grade and comment of each task that a person graded."""
    rows: Iterable[tuple[str, str, str, api.Grade, api.Comment | None]] = (
        gradebook.db.query(
            api.Student.id, api.Assignment.name, api.TaskCell.name, api.Grade, api.Comment
        )
        .select_from(api.Grade)
        .join(api.SubmittedNotebook, api.SubmittedNotebook.id == api.Grade.notebook_id)
        .join(
            api.SubmittedAssignment,
            api.SubmittedAssignment.id == api.SubmittedNotebook.assignment_id,
        )
        .join(api.Student, api.Student.id == api.SubmittedAssignment.student_id)
        .join(api.Assignment, api.Assignment.id == api.SubmittedAssignment.assignment_id)
        .join(api.TaskCell, api.TaskCell.id == api.Grade.cell_id)
        .outerjoin(
            api.Comment,
            (api.Comment.notebook_id == api.Grade.notebook_id)
            & (api.Comment.cell_id == api.Grade.cell_id),
        )
        .filter(api.Assignment.name.in_(list(assignments)))
        .filter(api.Grade.manual_score.is_not(None) | api.Grade.extra_credit.is_not(None))
        .order_by(api.Student.id, api.Assignment.name, api.TaskCell.name)
    )
    return rows


def _update_rows(grade: api.Grade, comment: api.Comment, entry: GradebookEntry) -> bool:
    """Update a grade and its comment; return whether anything changed."""
    points = _automatic_points(grade, entry)
    wanted: dict[str, float | bool | None] = {
        "needs_manual_grade": grade.manual_score is None and points is None
    }
    if points is not None or not entry.is_fault:
        wanted["auto_score"] = None if points is None else _checked_points(points, entry)
    is_changed = False
    for name, value in wanted.items():
        if getattr(grade, name) != value:
            setattr(grade, name, value)
            is_changed = True
    text = entry.comment or None
    if comment.auto_comment != text:
        comment.auto_comment = text
        is_changed = True
    return is_changed


def _automatic_points(grade: api.Grade, entry: GradebookEntry) -> Fraction | None:
    """Return the points without formgrader: a mark in marks.yml, else the graders' points."""
    if entry.mark is None:
        return entry.earned
    is_imported = entry.mark.author == FORMGRADER_AUTHOR and grade.manual_score is not None
    return entry.earned if is_imported else entry.mark.points


def _checked_points(points: Fraction, entry: GradebookEntry) -> float:
    """Return points as nbgrader stores them; CourseError if they are out of range."""
    if not 0 <= points <= entry.max_points:
        raise CourseError(
            f"{entry.criterion}: expected 0 to {entry.max_points} points, got {points}"
        )
    return float(points)


def _cell_problem(
    notebook: api.SubmittedNotebook, entry: GradebookEntry, cell: api.TaskCell | None
) -> str:
    where = f"{notebook.assignment.name}: {entry.criterion}"
    if cell is None:
        return (
            f"{where}: the gradebook has no cell for it; "
            "run `autograder gradebook sync`, which adds it"
        )
    return (
        f"{where}: {entry.max_points} points in grading.yml, "
        f"{cell.max_score:g} in the gradebook; grade it again"
    )
