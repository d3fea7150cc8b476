"""The pages of a session as a whole: the queue, the settings, undo and leaving."""

from __future__ import annotations

from starlette.responses import Response

from autograder.model import Lang
from autograder.review.desk import StaleForm, undo
from autograder.review.gatekeeper import COOKIE
from autograder.review.pages import page
from autograder.review.views import queue_values, wording
from autograder.review.visit import Visit, see

MAX_AUTHOR_CHARS = 200


def queue(visit: Visit) -> Response:
    """Show what waits, or every criterion."""
    is_all = visit.request.query_params.get("show") == "all"
    values = queue_values(visit.desk, visit.words, visit.order, is_all=is_all)
    return page("queue.html.j2", visit.words, values)


def settings(visit: Visit) -> Response:
    """Show the settings of the session."""
    return page("settings.html.j2", visit.words, {})


def save_settings(visit: Visit) -> Response:
    """Save the settings of the session."""
    session, form = visit.session, visit.form
    author = " ".join(form.get("author", "").split())[:MAX_AUTHOR_CHARS]
    if author:
        session.author = author
    lang: Lang = "en" if form.get("lang") == "en" else "es"
    session.lang = lang
    session.is_anonymous = bool(form.get("anonymous"))
    session.has_keys = bool(form.get("has_keys"))
    session.notice = wording(visit.desk, session).notice("settings" if author else "name_needed")
    return see(visit.session, "/" if author else "/settings")


def leave(visit: Visit) -> Response:
    """End the session."""
    visit.desk.sessions.close(visit.request.cookies.get(COOKIE, ""))
    response = see(visit.session, "/")
    response.delete_cookie(COOKIE, path=visit.session.base)
    return response


def undo_last(visit: Visit) -> Response:
    """Take back the last save, and show what it was about."""
    session, words = visit.session, visit.words
    try:
        step = undo(visit.desk, session)
    except StaleForm:
        session.notice = words.notice("not_undone")
        return see(visit.session, "/")
    if step is None:
        session.notice = words.notice("nothing_to_undo")
        return see(visit.session, "/")
    session.notice = words.notice("undone")
    key = session.key_of(step.student)
    is_criterion = step.entry_id in visit.desk.graded.course.rubric.criteria
    return see(visit.session, f"/mark/{key}/{step.entry_id}" if is_criterion else f"/student/{key}")
