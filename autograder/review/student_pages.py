"""The page of one student: every criterion, bonuses and penalties, and what its forms save."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from autograder.errors import AutograderError
from autograder.review.desk import StaleForm, save
from autograder.review.forms import RefusedForm, adjustment_change
from autograder.review.pages import page
from autograder.review.views import student_values
from autograder.review.visit import NotThere, Visit, find_student, see, told


def student(visit: Visit) -> Response:
    """Show a student: every criterion, bonuses and penalties."""
    return _page(visit, find_student(visit))


def _page(
    visit: Visit, student: str, posted: Mapping[str, str] | None = None, error: str = ""
) -> Response:
    values = student_values(visit.desk, visit.words, student, posted or {}, error)
    return page("student.html.j2", visit.words, values, 409 if error else 200)


def save_adjustment(visit: Visit) -> Response:
    """Save a form about a bonus or penalty; show it again, as it was sent, where that fails."""
    student, entry, action = (
        find_student(visit),
        visit.parameter("entry"),
        visit.parameter("action"),
    )
    rubric = visit.desk.graded.course.rubric
    known = {each.id for each in rubric.bonuses} | {each.id for each in rubric.penalties}
    if entry not in known or action not in ("apply", "waive", "clear"):
        raise NotThere
    try:
        change = adjustment_change(action, rubric, entry, visit.form, visit.session, visit.words)
        changes = {student: change}
        save(visit.desk, visit.session, entry, student, changes, visit.form.get("seen", ""))
    except (RefusedForm, StaleForm, AutograderError, OSError) as error:
        posted = {**visit.form, "entry": entry}
        return _page(visit, student, posted, told(visit.words, error))
    return see(visit.session, f"/student/{visit.parameter('key')}#{entry}")
