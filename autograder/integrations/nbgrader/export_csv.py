"""`RubricCsv`: the gradebook as CSV, a row for each criterion of a submission, safe to open in a
spreadsheet.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader import api
from nbgrader.plugins import ExportPlugin

from autograder.integrations.nbgrader.settings import HarnessCourse
from autograder.release.notebook import grade_id
from autograder.text.sanitize import defused

HEADER = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *(
        "criterion",
        "auto_score",
        "manual_score",
        "extra_credit",
        "score",
        "max_score",
        "needs_manual_grade",
    ),
    *("comment", "late_submission_penalty"),
)


class RubricCsv(HarnessCourse, ExportPlugin):
    """Writes `rubric.csv`, or what `--to` names; `--assignment` and `--student` choose as for
    nbgrader's own.
    """

    def export(self, gradebook: api.Gradebook) -> None:
        """Write the table; numbers have a decimal point, what is not decided is blank."""
        path = Path(self.to or "rubric.csv")
        self.log.info("Exporting rubric to %s", path)
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(HEADER)
            table.writerows([_cell(value) for value in row] for row in self._rows(gradebook))

    def _rows(self, gradebook: api.Gradebook) -> Iterator[tuple[Any, ...]]:
        """Rows in the order of assignments, students and the rubric; what is in no rubric comes
        last.
        """
        ids = {grade_id(id): id for id in self.course.rubric.criteria} if self.folder else {}
        places = {id: place for place, id in enumerate(ids.values())}
        rows = []
        for assignment, submission, student, notebook, grade, cell, comment in _joined(gradebook):
            if self._is_wanted(assignment.name, student.id):
                criterion = ids.get(cell, cell)
                about = (assignment.name, assignment.duedate, submission.timestamp, student.id)
                person = (student.last_name, student.first_name, student.email)
                scores = (
                    grade.auto_score,
                    grade.manual_score,
                    grade.extra_credit,
                    grade.score,
                    grade.max_score,
                )
                last = (grade.needs_manual_grade, comment, notebook.late_submission_penalty)
                place = (assignment.name, student.id, places.get(criterion, len(places)), criterion)
                rows.append((place, (*about, *person, criterion, *scores, *last)))
        yield from (row for _, row in sorted(rows, key=lambda r: r[0]))

    def _is_wanted(self, assignment: str, student: str) -> bool:
        wanted = ((self.assignment, assignment), (self.student, student))
        return all(not named or value in map(str, named) for named, value in wanted)


def _joined(gradebook: api.Gradebook) -> Any:
    """Every grade with what it belongs to, and its comment if it has one."""
    comment = api.Comment
    return (
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


def _cell(value: Any) -> str:
    """A value as a cell; text that a spreadsheet would run is led by an apostrophe."""
    if value is None:
        return ""
    return repr(value) if isinstance(value, (float, bool)) else defused(str(value))
