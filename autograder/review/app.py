"""The application: which address shows what, and what a request needs to be answered."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from autograder.errors import AutograderError
from autograder.review.criterion_pages import criterion, save_item
from autograder.review.desk import Desk
from autograder.review.forms import Form
from autograder.review.gatekeeper import (
    COOKIE,
    SAFE_METHODS,
    Gatekeeper,
    TooLargeForm,
    has_token,
    read_form,
)
from autograder.review.pages import static_text
from autograder.review.session_pages import leave, queue, save_settings, settings, undo_last
from autograder.review.student_pages import save_adjustment, student
from autograder.review.views import wording
from autograder.review.visit import NotThere, Visit, message, see
from autograder.review.wording import Wording

logger = logging.getLogger(__name__)

STATIC_TYPES = {"review.css": "text/css", "review.js": "text/javascript"}

Handler: TypeAlias = Callable[[Visit], Response]


def make_app(desk: Desk, hosts: tuple[str, ...]) -> Starlette:
    """Return the application, which answers to these hosts (with their port) and to no other."""

    def route(path: str, handler: Handler, *methods: str) -> Route:
        return Route(path, _endpoint(desk, handler), methods=list(methods) or ["GET"])

    pages = [
        route("/", queue),
        route("/settings", settings),
        route("/settings", save_settings, "POST"),
        route("/undo", undo_last, "POST"),
        route("/leave", leave, "POST"),
        route("/mark/{key}/{criterion}", criterion),
        route("/mark/{key}/{criterion}/{action}", save_item, "POST"),
        route("/student/{key}", student),
        route("/student/{key}/{entry}/{action}", save_adjustment, "POST"),
    ]
    return Starlette(
        routes=[
            Route("/enter", partial(_enter, desk)),
            Route("/static/{name}", _static),
            Mount(desk.sessions.folder, routes=pages),
        ],
        middleware=[Middleware(Gatekeeper, hosts=hosts)],
        exception_handlers={404: _not_found, 405: _not_found},
    )


def _endpoint(desk: Desk, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a handler: it runs in a thread, for a session and with its form."""

    async def endpoint(request: Request) -> Response:
        session = desk.sessions.find(request.cookies.get(COOKIE, ""))
        if session is None:
            return message(_stranger(desk), "no_session", 403)
        words = wording(desk, session)
        form: Form = {}
        if request.method not in SAFE_METHODS:
            try:
                form = await read_form(request)
            except TooLargeForm:
                return message(words, "large", 413)
            if not has_token(form, session.csrf_token):
                return message(words, "csrf", 403)
        visit = Visit(desk=desk, session=session, words=words, request=request, form=form)
        return await run_in_threadpool(_answer, handler, visit)

    return endpoint


def _answer(handler: Handler, visit: Visit) -> Response:
    """Return what a handler answers; its errors are pages."""
    is_unnamed = not visit.session.author and handler not in (settings, save_settings, leave)
    if is_unnamed:
        visit.session.notice = visit.words.notice("name_needed")
        return see(visit.session, "/settings")
    try:
        visit.desk.writer.follow(visit.desk.graded.refresh())
        return handler(visit)
    except NotThere:
        return message(visit.words, "missing", 404)
    except AutograderError as error:
        return message(visit.words, "marks", 500, str(error).split("\n"))
    except OSError as error:
        logger.exception("a request failed")
        return message(visit.words, "marks", 500, [f"{error.filename}: {error.strerror}"])


async def _enter(desk: Desk, request: Request) -> Response:
    """Exchange the token of the address for a cookie."""
    cookie = desk.sessions.exchange(request.query_params.get("token", ""))
    if cookie is None:
        return message(_stranger(desk), "no_session", 403)
    session = desk.sessions.find(cookie)
    assert session is not None
    response = see(session, "/")
    response.set_cookie(COOKIE, cookie, httponly=True, samesite="strict", path=session.base)
    return response


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    text = static_text(name) if name in STATIC_TYPES else None
    if text is None:
        return PlainTextResponse("Not found.\n", 404)
    return Response(text, media_type=STATIC_TYPES[name])


async def _not_found(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("Not found.\n", 404)


def _stranger(desk: Desk) -> Wording:
    """Return the words for a browser without a session."""
    return wording(desk, desk.sessions.stranger())
