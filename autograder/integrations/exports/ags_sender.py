"""The sender of scores to a platform: one request for each, in order, and none twice."""

from __future__ import annotations

import hashlib
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit

from autograder.errors import CourseError, HostError
from autograder.integrations.exports.ags import Score
from autograder.results import write

MEDIA_TYPE = "application/vnd.ims.lis.v1.score+json"
TIMEOUT_S = 30
MAX_TRIES = 5
FIRST_PAUSE_S = 1.0  # doubled after each try, unless the platform says how long to wait
MAX_PAUSE_S = 60.0
TOO_MANY_REQUESTS, SERVER_ERROR = 429, 500
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


@dataclass(slots=True, kw_only=True)
class SendReport:
    """What was sent; each entry is a user id."""

    sent: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)  # the platform has the same score already
    refused: list[str] = field(default_factory=list)  # lines: the user id, and the answer
    stopped_by: CourseError | HostError | None = None  # why the rest was not even tried


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A handler that follows no redirect, which would carry the token elsewhere."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Any,
        newurl: str,
    ) -> None:
        """Refuse: the answer is then an error."""
        return


def scores_url(line_item: str) -> str:
    """Return the address of a line item's scores; CourseError unless it is a safe one.

    A line item's own query stays at its end.
    """
    require_safe(line_item, "the address of a line item")
    parts = urlsplit(line_item)
    path = parts.path.rstrip("/")
    if not path.endswith("/scores"):
        path += "/scores"
    return urlunsplit(parts._replace(path=path))


def require_safe(url: str, expected: str) -> None:
    """Raise CourseError unless a secret may be sent to an address: by https, or to this machine."""
    parts = urlsplit(url)
    schemes = ("https", "http") if parts.hostname in LOCAL_HOSTS else ("https",)
    if not parts.netloc or parts.scheme not in schemes:
        raise CourseError(f"{url}: expected {expected}, by https")


def opener() -> urllib.request.OpenerDirector:
    """Return what opens addresses and follows no redirect."""
    return urllib.request.build_opener(_NoRedirect)


def send_scores(
    line_item: str,
    token: str,
    scores: Sequence[Score],
    record: Path,
    *,
    pause: Callable[[float], None] = time.sleep,
) -> SendReport:
    """Send the scores that the platform does not have yet, and return what was done.

    `record` keeps the digest of what was sent, by line item and user: a second run sends only what
    changed, also after one that was interrupted. A token that is not accepted, or a platform out of
    reach, stops the run, and the report says so.
    """
    url = scores_url(line_item)
    known = _read_record(record)
    of_item: dict[str, str] = known.setdefault(url, {})
    report = SendReport()
    for score in scores:
        user = str(score["userId"])
        digest = _digest(score)
        if of_item.get(user) == digest:
            report.unchanged.append(user)
            continue
        try:
            problem = _post(url, token, score, pause)
        except (CourseError, HostError) as error:
            report.stopped_by = error
            break
        if problem:
            report.refused.append(f"{user}: {problem}")
            continue
        report.sent.append(user)
        of_item[user] = digest
        write(record, json.dumps(known, indent=1, sort_keys=True) + "\n", is_synced=True)
    return report


def _digest(score: Score) -> str:
    """Return what is the same for the same score, whenever it is sent."""
    content = {key: value for key, value in score.items() if key != "timestamp"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _read_record(record: Path) -> dict[str, dict[str, str]]:
    """Return what was sent before; CourseError where the file is another one."""
    if not record.exists():
        return {}
    try:
        content = json.loads(record.read_text(encoding="utf-8"))
        return {url: {str(k): str(v) for k, v in users.items()} for url, users in content.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise CourseError(
            f"{record}: not the record of sent scores ({error}); name another file with --record"
        ) from None


def _post(url: str, token: str, score: Score, pause: Callable[[float], None]) -> str:
    """Send one score; return why the platform refused it, or nothing."""
    request = urllib.request.Request(
        url,
        data=json.dumps(score, ensure_ascii=False).encode(),
        headers={"Content-Type": MEDIA_TYPE, "Authorization": f"Bearer {token}"},
        method="POST",
    )
    wait = FIRST_PAUSE_S
    problem = ""
    for number in range(1, MAX_TRIES + 1):
        try:
            with opener().open(request, timeout=TIMEOUT_S):
                return ""
        except urllib.error.HTTPError as error:
            error.close()  # it is the answer, too
            problem = f"{error.code} {error.reason}"
            if error.code != TOO_MANY_REQUESTS and error.code < SERVER_ERROR:
                return _refusal(error.code, problem)
            stated = _stated_wait(error.headers)
        except OSError as error:  # URLError is one
            reason = getattr(error, "reason", error)
            problem, stated = f"{url}: cannot be reached: {reason}", None
            if number == MAX_TRIES:
                raise HostError(problem) from None
        if number < MAX_TRIES:
            pause(min(MAX_PAUSE_S, wait if stated is None else stated))
            wait *= 2
    return f"{problem}, after {MAX_TRIES} tries"


def _refusal(code: int, problem: str) -> str:
    if code in (401, 403):
        raise CourseError(f"{problem}: the platform does not accept the token; get a new one")
    return problem


def _stated_wait(headers: Message) -> float | None:
    """Return the seconds that the platform asks to wait, if it says so as a number."""
    text = headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else None
