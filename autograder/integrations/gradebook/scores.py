"""Scores in an open gradebook: one submission's criteria written, and what people gave in
formgrader read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from nbgrader import api

from autograder.errors import CourseError
from autograder.integrations.gradebook.entries import FORMGRADER, Entry
from autograder.release.notebook import grade_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Manual:
    """What a person gave for a criterion in formgrader."""

    student: str
    assignment: str
    cell: str  # a criterion's grade_id
    # as it stands in the gradebook: out of bounds, or no number at all, where nobody looked
    points: float
    extra_credit: float
    comment: str


def write_scores(notebook: api.SubmittedNotebook, entries: Iterable[Entry]) -> list[str]:
    """Write the criteria of one submission, and return the ids of those that changed; the caller
    commits.

    What a person gave or wrote in formgrader is never touched. A fault of ours leaves the score
    that was there.
    """
    add_missing_rows(notebook)
    cells = {cell.name: cell for cell in notebook.notebook.task_cells}
    grades = {grade.cell_id: grade for grade in notebook.grades}
    comments = {comment.cell_id: comment for comment in notebook.comments}
    changed = []
    for entry in entries:
        cell = cells.get(grade_id(entry.criterion))
        if cell is None or cell.max_score != float(entry.most):
            raise CourseError(_no_such_cell(notebook, entry, cell))
        if _fill(grades[cell.id], comments[cell.id], entry):
            changed.append(entry.criterion)
    return changed


def add_missing_rows(notebook: api.SubmittedNotebook) -> None:
    """Have a grade and a comment for each cell: nbgrader makes them when somebody hands in, and
    never later.
    """
    graded = {grade.cell_id for grade in notebook.grades}
    commented = {comment.cell_id for comment in notebook.comments}
    tasks = notebook.notebook.task_cells
    for cell in (*notebook.notebook.grade_cells, *tasks):
        if cell.id not in graded:
            notebook.grades.append(api.Grade(cell_id=cell.id))
    for cell in (*notebook.notebook.solution_cells, *tasks):
        if cell.id not in commented:
            notebook.comments.append(api.Comment(cell_id=cell.id))


def manual_scores(gradebook: api.Gradebook, assignments: Iterable[str]) -> Iterator[Manual]:
    """Every score and extra credit that a person gave for a task of these assignments."""
    found = (
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
    for student, assignment, cell, grade, comment in found:
        yield Manual(
            student=student,
            assignment=assignment,
            cell=cell,
            points=grade.manual_score,
            extra_credit=grade.extra_credit or 0.0,
            comment=(comment.manual_comment or "").strip() if comment else "",
        )


def _fill(grade: api.Grade, comment: api.Comment, entry: Entry) -> bool:
    """Bring a grade and its comment up to date; whether anything changed."""
    points = _points(grade, entry)
    wanted: dict[str, float | bool | None] = {
        "needs_manual_grade": grade.manual_score is None and points is None
    }
    if points is not None or not entry.is_fault:
        wanted["auto_score"] = None if points is None else _bounded(points, entry)
    changes = {name: value for name, value in wanted.items() if getattr(grade, name) != value}
    for name, value in changes.items():
        setattr(grade, name, value)
    if comment.auto_comment == (entry.comment or None):
        return bool(changes)
    comment.auto_comment = entry.comment or None
    return True


def _points(grade: api.Grade, entry: Entry) -> Fraction | None:
    """What counts without formgrader: a person's mark in marks.yml, else what was found."""
    is_theirs = (
        entry.mark is not None
        and entry.mark.author == FORMGRADER
        and grade.manual_score is not None
    )
    return entry.found if entry.mark is None or is_theirs else entry.mark.points


def _bounded(points: Fraction, entry: Entry) -> float:
    """Points as nbgrader stores them: it would store any number."""
    if not 0 <= points <= entry.most:
        raise CourseError(f"{entry.criterion}: expected 0 to {entry.most} points, got {points}")
    return float(points)


def _no_such_cell(notebook: api.SubmittedNotebook, entry: Entry, cell: api.TaskCell | None) -> str:
    where = f"{notebook.assignment.name}: {entry.criterion}"
    if cell is None:
        return f"{where}: the gradebook has no cell for it; run `autograder gradebook sync`, which adds it"
    return f"{where}: {entry.most} points in grading.yml, {cell.max_score:g} in the gradebook; grade it again"
