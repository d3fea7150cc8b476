"""The application: which address shows what, and what each form does."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from autograder.errors import AutograderError
from autograder.model import Lang
from autograder.review.desk import Desk, StaleForm, save, undo
from autograder.review.forms import (
    CRITERION_FORMS,
    Form,
    RefusedForm,
    Target,
    adjustment_change,
    found_score,
    mark_change,
)
from autograder.review.gatekeeper import (
    COOKIE,
    SAFE_METHODS,
    Gatekeeper,
    TooLargeForm,
    has_token,
    read_form,
)
from autograder.review.pages import page, static_text
from autograder.review.sessions import Session
from autograder.review.views import (
    alike_groups,
    item_values,
    open_alike,
    queue_values,
    student_values,
    wording,
)
from autograder.review.waiting import Item, Order, items_of, next_waiting
from autograder.review.wording import Wording

logger = logging.getLogger(__name__)

MAX_AUTHOR_CHARS = 200
STATIC_TYPES = {"review.css": "text/css", "review.js": "text/javascript"}


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


Handler: TypeAlias = Callable[[Visit], Response]


def make_app(desk: Desk, hosts: tuple[str, ...]) -> Starlette:
    """Return the application, which answers to these hosts (with their port) and to no other."""

    def route(path: str, handler: Handler, *methods: str) -> Route:
        return Route(path, _endpoint(desk, handler), methods=list(methods) or ["GET"])

    return Starlette(
        routes=[
            Route("/enter", partial(_enter, desk)),
            Route("/static/{name}", _static),
            route("/", _queue),
            route("/settings", _settings),
            route("/settings", _save_settings, "POST"),
            route("/undo", _undo, "POST"),
            route("/leave", _leave, "POST"),
            route("/mark/{key}/{criterion}", _item),
            route("/mark/{key}/{criterion}/{action}", _save_item, "POST"),
            route("/student/{key}", _student),
            route("/student/{key}/{entry}/{action}", _save_adjustment, "POST"),
        ],
        middleware=[Middleware(Gatekeeper, hosts=hosts)],
        exception_handlers={404: _not_found, 405: _not_found},
    )


def _endpoint(desk: Desk, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a handler: it runs in a thread, for a session and with its form."""

    async def endpoint(request: Request) -> Response:
        session = desk.sessions.find(request.cookies.get(COOKIE, ""))
        if session is None:
            return _message(_stranger(desk), "no_session", 403)
        words = wording(desk, session)
        form: Form = {}
        if request.method not in SAFE_METHODS:
            try:
                form = await read_form(request)
            except TooLargeForm:
                return _message(words, "large", 413)
            if not has_token(form, session.csrf_token):
                return _message(words, "csrf", 403)
        visit = Visit(desk=desk, session=session, words=words, request=request, form=form)
        return await run_in_threadpool(_answer, handler, visit)

    return endpoint


def _answer(handler: Handler, visit: Visit) -> Response:
    """Return what a handler answers; its errors are pages."""
    is_unnamed = not visit.session.author and handler not in (_settings, _save_settings, _leave)
    if is_unnamed:
        visit.session.notice = visit.words.notice("name_needed")
        return _see("/settings")
    try:
        visit.desk.writer.follow(visit.desk.graded.refresh())
        return handler(visit)
    except NotThere:
        return _message(visit.words, "missing", 404)
    except AutograderError as error:
        return _message(visit.words, "marks", 500, str(error).split("\n"))
    except OSError as error:
        logger.exception("a request failed")
        return _message(visit.words, "marks", 500, [f"{error.filename}: {error.strerror}"])


async def _enter(desk: Desk, request: Request) -> Response:
    """Exchange the token of the address for a cookie."""
    cookie = desk.sessions.exchange(request.query_params.get("token", ""))
    if cookie is None:
        return _message(_stranger(desk), "no_session", 403)
    response = _see("/")
    response.set_cookie(COOKIE, cookie, httponly=True, samesite="strict", path="/")
    return response


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    text = static_text(name) if name in STATIC_TYPES else None
    if text is None:
        return PlainTextResponse("Not found.\n", 404)
    return Response(text, media_type=STATIC_TYPES[name])


async def _not_found(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("Not found.\n", 404)


def _queue(visit: Visit) -> Response:
    is_all = visit.request.query_params.get("show") == "all"
    values = queue_values(visit.desk, visit.words, visit.order, is_all=is_all)
    return page("queue.html.j2", visit.words, values)


def _settings(visit: Visit) -> Response:
    return page("settings.html.j2", visit.words, {})


def _save_settings(visit: Visit) -> Response:
    session, form = visit.session, visit.form
    author = " ".join(form.get("author", "").split())[:MAX_AUTHOR_CHARS]
    if author:
        session.author = author
    lang: Lang = "en" if form.get("lang") == "en" else "es"
    session.lang = lang
    session.is_anonymous = bool(form.get("anonymous"))
    session.has_keys = bool(form.get("has_keys"))
    session.notice = wording(visit.desk, session).notice("settings" if author else "name_needed")
    return _see("/" if author else "/settings")


def _leave(visit: Visit) -> Response:
    visit.desk.sessions.close(visit.request.cookies.get(COOKIE, ""))
    response = _see("/")
    response.delete_cookie(COOKIE, path="/")
    return response


def _undo(visit: Visit) -> Response:
    session, words = visit.session, visit.words
    try:
        step = undo(visit.desk, session)
    except StaleForm:
        session.notice = words.notice("not_undone")
        return _see("/")
    if step is None:
        session.notice = words.notice("nothing_to_undo")
        return _see("/")
    session.notice = words.notice("undone")
    key = session.key_of(step.student)
    is_criterion = step.entry_id in visit.desk.graded.course.rubric.criteria
    return _see(f"/mark/{key}/{step.entry_id}" if is_criterion else f"/student/{key}")


def _item(visit: Visit) -> Response:
    items, item = _find_item(visit)
    return _item_page(visit, items, item)


def _item_page(
    visit: Visit,
    items: list[Item],
    item: Item,
    posted: Mapping[str, str] | None = None,
    error: str = "",
) -> Response:
    values = item_values(visit.desk, visit.words, items, item, visit.order, posted or {}, error)
    return page("item.html.j2", visit.words, values, 409 if error else 200)


def _save_item(visit: Visit) -> Response:
    """Save a form about a criterion; show the form again, as it was sent, where that fails."""
    items, item = _find_item(visit)
    action = visit.parameter("action")
    if action != "mark" and action not in CRITERION_FORMS:
        raise NotThere
    try:
        count = _saved(visit, item, action)
    except (RefusedForm, StaleForm, AutograderError, OSError) as error:
        items, item = _find_item(visit)  # as it is now
        posted = {**visit.form, "form": action}
        return _item_page(visit, items, item, posted, _told(visit.words, error))
    if action != "mark":
        visit.session.notice = visit.words.notice("cleared") if action == "clear" else ""
        return _see(f"/mark/{visit.parameter('key')}/{item.criterion}?by={visit.order}")
    what = f"{visit.words.name(item.student)}, {_title(visit, item)}"
    key = "saved_alike" if count > 1 else "saved"
    visit.session.notice = visit.words.notice(key, what=what, count=count)
    following = next_waiting(items, item.place)
    if following is None:
        return _see(f"/?by={visit.order}")
    key = visit.session.key_of(following.student)
    return _see(f"/mark/{key}/{following.criterion}?by={visit.order}")


def _saved(visit: Visit, item: Item, action: str) -> int:
    grade = visit.desk.graded.final_grades[item.student]
    target = Target(
        score=item.score,
        found=found_score(grade, item.score),
        words=visit.words,
        session=visit.session,
    )
    if action == "mark":
        alike = open_alike(visit.desk, alike_groups(visit.desk, item), item.criterion)
        changes = mark_change(target, visit.form, alike, item.student)
    else:
        changes = {item.student: CRITERION_FORMS[action](target, visit.form)}
    seen = visit.form.get("seen", "")
    return save(visit.desk, visit.session, item.criterion, item.student, changes, seen)


def _student(visit: Visit) -> Response:
    return _student_page(visit, _find_student(visit))


def _student_page(
    visit: Visit, student: str, posted: Mapping[str, str] | None = None, error: str = ""
) -> Response:
    values = student_values(visit.desk, visit.words, student, posted or {}, error)
    return page("student.html.j2", visit.words, values, 409 if error else 200)


def _save_adjustment(visit: Visit) -> Response:
    """Save a form about a bonus or penalty; show it again, as it was sent, where that fails."""
    student, entry, action = (
        _find_student(visit),
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
        return _student_page(visit, student, posted, _told(visit.words, error))
    return _see(f"/student/{visit.parameter('key')}#{entry}")


def _find_student(visit: Visit) -> str:
    students = visit.desk.graded.final_grades
    student = visit.session.student_of(visit.parameter("key"), students)
    if student is None:
        raise NotThere
    return student


def _find_item(visit: Visit) -> tuple[list[Item], Item]:
    place = _find_student(visit), visit.parameter("criterion")
    items = items_of(visit.desk.graded, visit.session, visit.order)
    found = next((item for item in items if item.place == place), None)
    if found is None:
        raise NotThere
    return items, found


def _told(words: Wording, error: Exception) -> str:
    """Return what a page says of an error."""
    if isinstance(error, StaleForm):
        return words.error("stale", now=words.decided(error.now))
    if isinstance(error, RefusedForm):
        return str(error)
    return f"{words.error('marks')} {error}"


def _title(visit: Visit, item: Item) -> str:
    return visit.desk.graded.course.rubric.criteria[item.criterion].title.in_(visit.words.lang)


def _stranger(desk: Desk) -> Wording:
    """Return the words for a browser without a session."""
    return wording(desk, desk.sessions.stranger())


def _message(words: Wording, key: str, status: int, lines: Sequence[str] = ()) -> Response:
    title = str(words.labels["app"]) if key in ("no_session", "missing") else words.error("title")
    values: dict[str, object] = {"title": title, "text": words.error(key), "lines": lines}
    if key == "no_session":
        values["session"] = None
    return page("message.html.j2", words, values, status)


def _see(address: str) -> RedirectResponse:
    """Return the answer that leads on to another page, so that a reload sends no form again."""
    return RedirectResponse(address, 303)
