"""One request of a session, and the answers that all pages share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from autograder.review.desk import Desk, StaleForm
from autograder.review.forms import Form, RefusedForm
from autograder.review.pages import page
from autograder.review.sessions import Session
from autograder.review.waiting import Order
from autograder.review.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request of a session, with the form that came with it."""

    desk: Desk
    session: Session
    words: Wording
    request: Request
    form: Form

    @property
    def order(self) -> Order:
        """The order of the queue that the address asks for."""
        asked = self.request.query_params.get("by", "")
        return "student" if asked == "student" else "criterion"

    def parameter(self, name: str) -> str:
        """Return a part of the address."""
        return str(self.request.path_params[name])


class NotThere(Exception):
    """Raised for an address that shows nothing."""


def find_student(visit: Visit) -> str:
    """Return the student of the address; NotThere where there is none."""
    students = visit.desk.graded.final_grades
    student = visit.session.student_of(visit.parameter("key"), students)
    if student is None:
        raise NotThere
    return student


def told(words: Wording, error: Exception) -> str:
    """Return what a page says of an error."""
    if isinstance(error, StaleForm):
        return words.error("stale", now=words.decided(error.now))
    if isinstance(error, RefusedForm):
        return str(error)
    return f"{words.error('marks')} {error}"


def message(words: Wording, key: str, status: int, lines: Sequence[str] = ()) -> Response:
    """Return a page that says one thing."""
    title = str(words.labels["app"]) if key in ("no_session", "missing") else words.error("title")
    values: dict[str, object] = {"title": title, "text": words.error(key), "lines": lines}
    if key == "no_session":
        values["session"] = None
    return page("message.html.j2", words, values, status)


def see(session: Session, address: str) -> RedirectResponse:
    """Return the answer that leads on to another page, so that a reload sends no form again.

    `address` begins below the folder of the session.
    """
    return RedirectResponse(session.base + address, 303)
