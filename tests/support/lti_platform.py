"""A platform of LTI Advantage on this machine: it takes scores as its services say."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt

TOKEN = "a-token-of-the-platform"
SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MEDIA_TYPE = "application/vnd.ims.lis.v1.score+json"
ACTIVITY = ("Initialized", "Started", "InProgress", "Submitted", "Completed")
GRADING = ("NotReady", "Failed", "Pending", "PendingManual", "FullyGraded")
KEYS = {
    *("userId", "scoreGiven", "scoreMaximum", "comment", "timestamp", "activityProgress"),
    *("gradingProgress", "submission"),
}


@dataclass(slots=True)
class Platform:
    """What a platform has taken, and what it is told to answer first."""

    url: str
    users: frozenset[str]
    taken: list[dict[str, Any]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # before it takes any
    paths: list[str] = field(default_factory=list)
    public_key: str = ""  # of the tool, in PEM
    client_id: str = ""  # of the tool

    @property
    def token_url(self) -> str:
        """The address at which it gives tokens."""
        return self.url.partition("/items")[0] + "/token"

    def granted(self, body: bytes) -> dict[str, str] | None:
        """Return the answer to a request for a token; None: it is refused."""
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if form["grant_type"] != "client_credentials" or form["scope"] != SCOPE:
            return None
        if form["client_assertion_type"] != ASSERTION_TYPE:
            return None
        try:
            claims = jwt.decode(
                form["client_assertion"],
                self.public_key,
                algorithms=["RS256"],
                audience=self.token_url,
                issuer=self.client_id,
                options={"require": ["iss", "sub", "aud", "iat", "exp", "jti"]},
            )
        except jwt.InvalidTokenError:
            return None
        return {"access_token": TOKEN} if claims["sub"] == self.client_id else None

    def refusal(self, headers: Any, body: bytes) -> int:
        """Return the status of a request that is refused; 0: it is taken."""
        if headers["Authorization"] != f"Bearer {TOKEN}":
            return 401
        if headers["Content-Type"] != MEDIA_TYPE:
            return 415
        score = json.loads(body)
        has_number = "scoreGiven" in score
        moment = datetime.fromisoformat(score["timestamp"])
        later = [each for each in self.taken if each["userId"] == score["userId"]]
        is_valid = (
            set(score) <= KEYS
            and score["activityProgress"] in ACTIVITY
            and score["gradingProgress"] in GRADING
            and has_number == ("scoreMaximum" in score)
            and (not has_number or score["scoreMaximum"] > 0 <= score["scoreGiven"])
            and moment.tzinfo is not None
        )
        if not is_valid:
            return 400
        if any(datetime.fromisoformat(each["timestamp"]) >= moment for each in later):
            return 409
        if score["userId"] not in self.users:
            return 404
        self.taken.append(score)
        return 0


@contextmanager
def running_platform(*users: str) -> Iterator[Platform]:
    """Yield a platform with one line item, whose address has a query."""
    platform = Platform(url="", users=frozenset(users))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            platform.paths.append(self.path)
            status, headers = 0, {}
            if self.path == "/token":
                granted = platform.granted(body)
                self.send_response(200 if granted else 400)
                self.end_headers()
                self.wfile.write(json.dumps(granted or {}).encode())
                return
            if platform.answers:
                status, headers = platform.answers.pop(0)
            elif self.path != "/items/7/scores?type_id=1":
                status = 404
            else:
                status = platform.refusal(self.headers, body)
            self.send_response(status or 200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    platform.url = f"http://127.0.0.1:{server.server_port}/items/7?type_id=1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
