"""One submission into the gradebook: its rows, when it came, its scores and its penalty, in one
transaction.
"""

from __future__ import annotations

from fractions import Fraction

from nbgrader import api
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from autograder.errors import HostError
from autograder.handin.collect.lateness import lateness_of, penalty_for_days, points_off
from autograder.handin.collect.ledger import Record
from autograder.handin.collect.timestamp import as_utc
from autograder.integrations.gradebook.cells import notebook_of
from autograder.integrations.gradebook.entries import entries_of
from autograder.integrations.gradebook.scores import write_scores
from autograder.model import Assignment, Course, Decisions, ScoreSheet

TRIES = 5  # where another process adds or removes the same rows between our looking and our writing


def sync_submission(
    gradebook: api.Gradebook,
    course: Course,
    sheet: ScoreSheet,
    decisions: Decisions,
    record: Record,
) -> list[str]:
    """Bring a submission's rows up to date, all of them or none; what changed, in words."""
    for _ in range(TRIES):
        try:
            changed = _write(gradebook, course, sheet, decisions, record)
            gradebook.db.commit()
            return changed
        except (IntegrityError, StaleDataError):
            gradebook.db.rollback()
    raise HostError(
        f"{sheet.student}: {sheet.assignment}: somebody else keeps writing it; run the same again"
    )


def _write(
    gradebook: api.Gradebook,
    course: Course,
    sheet: ScoreSheet,
    decisions: Decisions,
    record: Record,
) -> list[str]:
    assignment = course.assignment(sheet.assignment)
    found = gradebook.db.query(api.Assignment).filter_by(name=assignment.id).one()
    is_new, submission = _submission(gradebook, found, sheet.student)
    kept = notebook_of(found, assignment)
    notebook = next(notebook for notebook in submission.notebooks if notebook.notebook is kept)
    changed = write_scores(notebook, entries_of(sheet, decisions))
    if _keep_times(submission, sheet, record):
        changed.append("when it came")
    penalty = _penalty(course, assignment, sheet, decisions, record, notebook)
    if penalty is not None and penalty != (notebook.late_submission_penalty or 0.0):
        notebook.late_submission_penalty = penalty
        changed.append("late penalty")
    return ["added"] if is_new else changed


def _submission(
    gradebook: api.Gradebook, found: api.Assignment, student: str
) -> tuple[bool, api.SubmittedAssignment]:
    """The rows of a submission, and whether they are new: as nbgrader makes them, but not yet
    committed.
    """
    session = gradebook.db
    person = session.get(api.Student, student)
    if person is None:
        person = api.Student(id=student)
        session.add(person)
    query = session.query(api.SubmittedAssignment).filter_by(
        assignment_id=found.id, student_id=student
    )
    submission = query.one_or_none()
    is_new = submission is None
    if is_new:
        submission = api.SubmittedAssignment(assignment_id=found.id, student_id=student)
        session.add(submission)
    there = {notebook.notebook_id for notebook in submission.notebooks}
    for notebook in found.notebooks:
        if notebook.id not in there:
            submission.notebooks.append(api.SubmittedNotebook(notebook_id=notebook.id))
    session.flush()
    return is_new, submission


def _keep_times(submission: api.SubmittedAssignment, sheet: ScoreSheet, record: Record) -> bool:
    """Keep when the graded attempt came, and how much longer this student had; whether that is
    news.
    """
    history = record.history(sheet.student, sheet.assignment)
    came = history.attempts[history.graded - 1].came if history.attempts else None
    due, own = record.deadlines.get(sheet.assignment), record.due(sheet.student, sheet.assignment)
    extension = own - due if own is not None and due is not None and own != due else None
    before = (submission.timestamp, submission.extension)
    if came is not None:
        submission.timestamp = as_utc(came)
    if due is not None:
        submission.extension = extension
    return before != (submission.timestamp, submission.extension)


def _penalty(
    course: Course,
    assignment: Assignment,
    sheet: ScoreSheet,
    decisions: Decisions,
    record: Record,
    notebook: api.SubmittedNotebook,
) -> float | None:
    """The points that lateness takes off this assignment; None where nobody says when it was due.

    A waiver takes it back, and days that a person set are the most that count.
    """
    penalty = penalty_for_days(course.rubric)
    history, due = (
        record.history(sheet.student, assignment.id),
        record.due(sheet.student, assignment.id),
    )
    if penalty is None or due is None or not history.attempts:
        return None
    days = lateness_of(history.attempts[history.graded - 1], due) or 0
    days = min([days, *(a.days for a in decisions.adjustments if a.id == penalty.id)])
    if any(waiver.id == penalty.id for waiver in decisions.waivers):
        days = 0
    points = sum((Fraction(score) for score in map(_score_of, notebook.grades)), Fraction(0))
    return points_off(penalty, days, float(points))


def _score_of(grade: api.Grade) -> float:
    """A grade's score by nbgrader's rule, of which the session knows only what was last committed."""
    score = grade.auto_score if grade.manual_score is None else grade.manual_score
    return (score or 0.0) + (grade.extra_credit or 0.0)
