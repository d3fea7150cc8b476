"""A submission in the gradebook: rows, timestamp, scores and late penalty in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from nbgrader import api
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from autograder.errors import HostError
from autograder.handin.collect.lateness import daily_penalty, lateness_of, penalty_points
from autograder.handin.collect.ledger import Ledger
from autograder.handin.collect.timestamp import as_utc
from autograder.integrations.gradebook.cells import criteria_notebook
from autograder.integrations.gradebook.entries import entries_of
from autograder.integrations.gradebook.scores import write_scores
from autograder.model import Course, Decisions, ScoreSheet

MAX_TRIES = 5  # while another process adds or removes the same rows


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedSubmission:
    """A sheet with what decides its timestamp and penalty."""

    course: Course
    sheet: ScoreSheet
    decisions: Decisions
    ledger: Ledger


def sync_submission(gradebook: api.Gradebook, graded: GradedSubmission) -> list[str]:
    """Update a submission's rows, all or none; return what changed, in words."""
    for _ in range(MAX_TRIES):
        try:
            changes = _write(gradebook, graded)
            gradebook.db.commit()
            return changes
        except (IntegrityError, StaleDataError):
            gradebook.db.rollback()
    sheet = graded.sheet
    raise HostError(
        f"{sheet.student}: {sheet.assignment}: somebody else keeps writing it; run the same again"
    )


def _write(gradebook: api.Gradebook, graded: GradedSubmission) -> list[str]:
    sheet = graded.sheet
    assignment = graded.course.assignment(sheet.assignment)
    row = gradebook.db.query(api.Assignment).filter_by(name=assignment.id).one()
    is_new, submission = _find_or_add_submission(gradebook, row, sheet.student)
    wanted = criteria_notebook(row, assignment)
    notebook = next(notebook for notebook in submission.notebooks if notebook.notebook is wanted)
    changes = write_scores(notebook, entries_of(sheet, graded.decisions))
    if _update_timestamp(submission, graded):
        changes.append("when it came")
    penalty = _late_penalty(graded, notebook)
    if penalty is not None and penalty != (notebook.late_submission_penalty or 0.0):
        notebook.late_submission_penalty = penalty
        changes.append("late penalty")
    return ["added"] if is_new else changes


def _find_or_add_submission(
    gradebook: api.Gradebook, row: api.Assignment, student: str
) -> tuple[bool, api.SubmittedAssignment]:
    """Return whether a submission's rows are new, and the submission.

    New rows are as nbgrader makes them, but not yet committed.
    """
    session = gradebook.db
    if session.get(api.Student, student) is None:
        session.add(api.Student(id=student))
    query = session.query(api.SubmittedAssignment).filter_by(
        assignment_id=row.id, student_id=student
    )
    submission = query.one_or_none()
    is_new = submission is None
    if is_new:
        submission = api.SubmittedAssignment(assignment_id=row.id, student_id=student)
        session.add(submission)
    present = {notebook.notebook_id for notebook in submission.notebooks}
    for notebook in row.notebooks:
        if notebook.id not in present:
            submission.notebooks.append(api.SubmittedNotebook(notebook_id=notebook.id))
    session.flush()
    return is_new, submission


def _update_timestamp(submission: api.SubmittedAssignment, graded: GradedSubmission) -> bool:
    """Set the graded attempt's timestamp and the extension; return whether either changed."""
    ledger, sheet = graded.ledger, graded.sheet
    history = ledger.history(sheet.student, sheet.assignment)
    due = ledger.deadlines.get(sheet.assignment)
    own_due = ledger.due(sheet.student, sheet.assignment)
    before = (submission.timestamp, submission.extension)
    if history.attempts:
        submitted_at = history.attempts[history.graded - 1].submitted_at
        if submitted_at is not None:
            submission.timestamp = as_utc(submitted_at)
    if due is not None:
        submission.extension = None if own_due is None or own_due == due else own_due - due
    return before != (submission.timestamp, submission.extension)


def _late_penalty(graded: GradedSubmission, notebook: api.SubmittedNotebook) -> float | None:
    """Return the points that lateness takes off; None without a deadline or attempts.

    A waiver cancels it, and days that a person set are an upper limit.
    """
    sheet, decisions = graded.sheet, graded.decisions
    penalty = daily_penalty(graded.course.rubric)
    history = graded.ledger.history(sheet.student, sheet.assignment)
    due = graded.ledger.due(sheet.student, sheet.assignment)
    if penalty is None or due is None or not history.attempts:
        return None
    days = lateness_of(history.attempts[history.graded - 1], due) or 0
    for adjustment in decisions.adjustments:
        if adjustment.id == penalty.id:
            days = min(days, adjustment.days)
    if any(waiver.id == penalty.id for waiver in decisions.waivers):
        days = 0
    points = Fraction(0)  # floats would not add up exactly
    for grade in notebook.grades:
        points += Fraction(_score_of(grade))
    return penalty_points(penalty, days, float(points))


def _score_of(grade: api.Grade) -> float:
    """Return a grade's score by nbgrader's rule; its own property only sees committed values."""
    score: float | None = grade.auto_score if grade.manual_score is None else grade.manual_score
    extra_credit: float = grade.extra_credit or 0.0
    return (score or 0.0) + extra_credit
