"""The pages of the application: templates of the package, filled for a session."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from importlib import resources

import jinja2
from markupsafe import Markup
from starlette.responses import HTMLResponse

from autograder.drawing.svg import style as drawing_style
from autograder.report.html import asset
from autograder.review.sessions import Session
from autograder.review.wording import Wording
from autograder.text.sanitize import cut, prose, visible
from autograder.text.sentences import line_place


def page(
    template: str, words: Wording, values: Mapping[str, object], status: int = 200
) -> HTMLResponse:
    """Return the page that a template makes of `values`."""
    session = words.session
    shared: dict[str, object] = {
        "lang": words.lang,
        "t": words.labels,
        "report": words.report,
        "words": words,
        "session": session,
        "notice": _taken_notice(session),
    }
    html = _environment().get_template(template).render({**shared, **values})
    return HTMLResponse(html, status)


def static_text(name: str) -> str | None:
    """Return the style or the script of the pages; None for any other name."""
    if name == "review.css":
        return str(asset("report.css")) + str(drawing_style()) + _own("review.css")
    return _own(name) if name == "review.js" else None


def _own(name: str) -> str:
    return resources.files("autograder.review").joinpath("templates", name).read_text("utf-8")


def _taken_notice(session: Session) -> str:
    """Return what this page says once."""
    notice, session.notice = session.notice, ""
    return notice


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("autograder.review"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters.update(prose=prose, cut=cut, base64=_base64)
    environment.globals.update(line_place=line_place)
    return environment


def _finalize(value: object) -> object:
    """Return what a template prints with its control characters visible, whatever its source."""
    is_plain = isinstance(value, str) and not isinstance(value, Markup)
    return visible(str(value)) if is_plain else value


def _base64(content: bytes) -> str:
    """Return bytes as a `data:` address holds them."""
    return base64.b64encode(content).decode()
