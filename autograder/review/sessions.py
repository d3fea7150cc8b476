"""Sessions: a one-time token becomes a cookie; each session has its author, view and undo steps."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from threading import Lock

from autograder.model import Decisions, Lang

TOKEN_BYTES = 32
FOLDER_BYTES = 16
PSEUDONYM_CHARS = 5
MAX_UNDO_STEPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoStep:
    """One save: what was decided about an entry of each student before it and after it."""

    entry_id: str  # a criterion, bonus or penalty
    student: str  # whose page the marker saw
    before: Mapping[str, Decisions]  # about this entry, by student
    after: Mapping[str, Decisions]


@dataclass(slots=True, kw_only=True)
class Session:
    """One marker in one browser, all tabs of it."""

    author: str
    lang: Lang
    is_anonymous: bool
    base: str  # the beginning of its pages' addresses
    has_keys: bool = True  # whether single keys work
    csrf_token: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES))
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(TOKEN_BYTES))
    undo_steps: list[UndoStep] = field(default_factory=list)
    notice: str = ""  # what the next page says once

    def key_of(self, student: str) -> str:
        """Return the student's key in addresses: the same for the session, and no name."""
        data = student.encode("utf-8", "surrogateescape")
        digest = hmac.new(self.secret, data, hashlib.sha256).digest()
        return base64.b32encode(digest[:10]).decode().lower()

    def pseudonym(self, student: str) -> str:
        """Return what stands for the student's name while names are hidden."""
        return self.key_of(student)[:PSEUDONYM_CHARS].upper()

    def student_of(self, key: str, students: Collection[str]) -> str | None:
        """Return the student of a key; None where there is none."""
        return next((name for name in students if self.key_of(name) == key), None)

    def remember(self, step: UndoStep) -> None:
        """Remember a save, to undo it."""
        self.undo_steps.append(step)
        del self.undo_steps[:-MAX_UNDO_STEPS]


class Sessions:
    """The sessions of a running application, and the tokens that open new ones."""

    def __init__(self, *, author: str, lang: Lang, is_anonymous: bool) -> None:
        self._author, self._lang, self._is_anonymous = author, lang, is_anonymous
        # A browser sends a cookie to every port of a machine. It sends this one below this folder
        # only, whose name another server there does not know.
        self.folder = f"/{secrets.token_urlsafe(FOLDER_BYTES)}"
        self._tokens: set[str] = set()
        self._by_cookie: dict[str, Session] = {}
        self._lock = Lock()

    def stranger(self) -> Session:
        """Return a session that is none: the words for a browser without one."""
        return Session(author="", lang=self._lang, is_anonymous=True, base="")

    def new_token(self) -> str:
        """Return a token that opens one session."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._lock:
            self._tokens.add(token)
        return token

    def exchange(self, token: str) -> str | None:
        """Return the cookie of a new session for a token, which is dead then; None for a wrong one.

        Tokens are compared in constant time.
        """
        with self._lock:
            found = [each for each in self._tokens if hmac.compare_digest(each, token)]
            if not found:
                return None
            self._tokens.discard(found[0])
            cookie = secrets.token_urlsafe(TOKEN_BYTES)
            self._by_cookie[_digest(cookie)] = Session(
                author=self._author,
                lang=self._lang,
                is_anonymous=self._is_anonymous,
                base=self.folder,
            )
            return cookie

    def find(self, cookie: str) -> Session | None:
        """Return the session of a cookie."""
        return self._by_cookie.get(_digest(cookie))

    def close(self, cookie: str) -> None:
        """End a session: its cookie opens nothing any more."""
        self._by_cookie.pop(_digest(cookie), None)


def _digest(cookie: str) -> str:
    """Return a digest of a cookie: looking it up takes as long for a near miss as for any other."""
    return hashlib.sha256(cookie.encode("utf-8", "surrogateescape")).hexdigest()
