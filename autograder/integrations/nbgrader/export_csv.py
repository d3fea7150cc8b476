"""`RubricCsv`: the gradebook as CSV with a row for each criterion, safe for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from nbgrader import api
from nbgrader.plugins import ExportPlugin

from autograder.integrations.nbgrader.settings import HarnessCourse
from autograder.release.notebook import grade_id
from autograder.text.sanitize import defused

CSV_HEADER = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("criterion", "auto_score", "manual_score", "extra_credit", "score", "max_score"),
    *("needs_manual_grade", "comment", "late_submission_penalty"),
)
DEFAULT_FILE = "rubric.csv"


class GradebookRow(NamedTuple):
    """A grade with what it belongs to."""

    assignment: api.Assignment
    submission: api.SubmittedAssignment
    student: api.Student
    notebook: api.SubmittedNotebook
    grade: api.Grade
    cell: str  # a grade_id
    comment: str | None


class RubricCsv(HarnessCourse, ExportPlugin):
    """Writes `rubric.csv`, or the file of `--to`; `--assignment` and `--student` select rows."""

    def export(self, gradebook: api.Gradebook) -> None:
        """Write the table; numbers have a decimal point, undecided values are blank."""
        path = Path(self.to or DEFAULT_FILE)
        self.log.info("Exporting rubric to %s", path)
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(CSV_HEADER)
            for values in self._rows(gradebook):
                table.writerow([_cell_text(value) for value in values])

    def _rows(self, gradebook: api.Gradebook) -> Iterator[tuple[object, ...]]:
        """Yield rows in the order of assignments, students and the rubric, other cells last."""
        criterion_by_cell: dict[str, str] = {}
        if self.folder:
            criterion_by_cell = {grade_id(name): name for name in self.course.rubric.criteria}
        places = {name: place for place, name in enumerate(criterion_by_cell.values())}
        rows = []
        for row in _read_rows(gradebook):
            if not self._is_selected(row.assignment.name, row.student.id):
                continue
            criterion = criterion_by_cell.get(row.cell, row.cell)
            place = places.get(criterion, len(places))
            order = (row.assignment.name, row.student.id, place, criterion)
            rows.append((order, _values(row, criterion)))
        for _, values in sorted(rows, key=lambda pair: pair[0]):
            yield values

    def _is_selected(self, assignment: str, student: str) -> bool:
        options = ((self.assignment, assignment), (self.student, student))
        return all(not selected or value in map(str, selected) for selected, value in options)


def _values(row: GradebookRow, criterion: str) -> tuple[object, ...]:
    """Return the values of a row in the order of CSV_HEADER."""
    student, grade = row.student, row.grade
    return (
        *(row.assignment.name, row.assignment.duedate, row.submission.timestamp, student.id),
        *(student.last_name, student.first_name, student.email),
        *(criterion, grade.auto_score, grade.manual_score, grade.extra_credit),
        *(grade.score, grade.max_score, grade.needs_manual_grade),
        *(row.comment, row.notebook.late_submission_penalty),
    )


def _read_rows(gradebook: api.Gradebook) -> Iterable[GradebookRow]:
    """Return every grade with what it belongs to, and its comment if it has one."""
    comment = api.Comment
    rows = (
        gradebook.db.query(
            *(api.Assignment, api.SubmittedAssignment, api.Student, api.SubmittedNotebook),
            *(api.Grade, api.BaseCell.name, comment.comment),
        )
        .join(api.SubmittedAssignment, api.SubmittedAssignment.assignment_id == api.Assignment.id)
        .join(api.Student, api.Student.id == api.SubmittedAssignment.student_id)
        .join(
            api.SubmittedNotebook, api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id
        )
        .join(api.Grade, api.Grade.notebook_id == api.SubmittedNotebook.id)
        .join(api.BaseCell, api.BaseCell.id == api.Grade.cell_id)
        .outerjoin(
            comment,
            (comment.notebook_id == api.Grade.notebook_id) & (comment.cell_id == api.Grade.cell_id),
        )
        .all()
    )
    return [GradebookRow(*row) for row in rows]


def _cell_text(value: object) -> str:
    """Return a value as a cell; text that a spreadsheet would run begins with an apostrophe."""
    if value is None:
        return ""
    return repr(value) if isinstance(value, (float, bool)) else defused(str(value))
