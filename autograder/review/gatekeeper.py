"""What each request must show before a page sees it: the right host, origin, cookie and token."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "autograder_review"
CSRF_FIELD = "csrf"
MAX_BODY_BYTES = 256 << 10
MAX_FIELDS = 50
SAFE_METHODS = ("GET", "HEAD")
SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; img-src data:; style-src 'self'; "
    "script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not no-referrer: with that a browser sends `Origin: null` with a form.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}


class Gatekeeper:
    """Refuses requests that do not come from the application's own pages, and adds headers.

    A page of another site that reaches this address by another name (DNS rebinding) sends that
    name as Host; a form of another site sends its own Origin.
    """

    def __init__(self, app: ASGIApp, *, hosts: tuple[str, ...]) -> None:
        self._app = app
        self._hosts = hosts  # with the port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
            await send(message)

        refusal = self._refusal(scope["method"], Headers(scope=scope))
        if refusal is not None:
            await refusal(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def _refusal(self, method: str, headers: Headers) -> PlainTextResponse | None:
        """Return the answer to a request that is refused; None for the others."""
        host = headers.get("host", "")
        if host not in self._hosts or len(headers.getlist("host")) > 1:
            return PlainTextResponse("This address is not served here.\n", 421)
        if method in SAFE_METHODS:
            return None
        if method != "POST":
            return PlainTextResponse("Not allowed.\n", 405)
        if headers.get("origin") != f"http://{host}":
            return PlainTextResponse("Only forms of this page are accepted.\n", 403)
        content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type != "application/x-www-form-urlencoded":
            return PlainTextResponse("Only forms are accepted.\n", 415)
        return None


class TooLargeForm(Exception):
    """Raised for a form that no page of the application sends."""


async def read_form(request: Request) -> Mapping[str, str]:
    """Return the fields of a form, the last value of each; TooLargeForm above the limits."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise TooLargeForm
    try:
        fields = parse_qs(
            bytes(body).decode("ascii"),
            keep_blank_values=True,
            max_num_fields=MAX_FIELDS,
            errors="replace",
        )
    except ValueError as error:  # too many fields, or no ASCII
        raise TooLargeForm from error
    return {name: values[-1].replace("\r\n", "\n") for name, values in fields.items()}


def has_token(form: Mapping[str, str], expected: str) -> bool:
    """Return whether a form has the session's own token."""
    sent = form.get(CSRF_FIELD, "").encode("utf-8", "surrogatepass")
    return hmac.compare_digest(sent, expected.encode())
