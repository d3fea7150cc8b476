"""Git remotes: a list of repositories of students, each fetched into a clone of our own."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError, HostError

MAX_FETCHES = 4  # at one time
FETCH_TIMEOUT_S = 120.0
BRANCH = "watched"  # of a clone: what HEAD of its remote is
BRANCH_REF = f"refs/heads/{BRANCH}"
CLONE_NAME = re.compile(r"[\w][\w.-]{0,199}")
PROTOCOLS = "file:git:http:https:ssh"  # ext:: would run a program


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A repository of a student."""

    url: str
    name: str  # of its clone: `<assignment>-<login>`, or a login


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A remote that was fetched."""

    remote: Remote
    has_changed: bool = False
    problem: str = ""


def read_remotes(file: Path) -> tuple[Remote, ...]:
    """Return the remotes that a file lists, one a line: `URL` or `URL NAME`, and `#` comments.

    CourseError with a line for each mistake.
    """
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{file}: cannot be read: {error}") from None
    found: dict[str, Remote] = {}
    problems = []
    for number, line in enumerate(lines, start=1):
        words = line.partition(" #")[0].split()
        if not words or words[0].startswith("#"):
            continue
        url, last = words[0], words[0].rstrip("/").rpartition("/")[2].removesuffix(".git")
        name = words[1] if len(words) > 1 else last
        place = f"{file}:{number}"
        if len(words) > 2 or url.startswith("-") or not CLONE_NAME.fullmatch(name):
            problems.append(f"{place}: {line.strip()}: expected URL, or URL NAME")
        elif name in found:
            problems.append(f"{place}: a second remote called {name}; write another NAME behind it")
        else:
            found[name] = Remote(url=url, name=name)
    if problems:
        raise CourseError(*problems)
    return tuple(found.values())


class RemotePoll:
    """Fetches remotes, some at a time, again and again; nothing here waits for a network."""

    def __init__(self, remotes: Sequence[Remote], folder: Path, every: float) -> None:
        self._remotes = remotes
        self._folder = folder
        self._every = every
        self._next_round = float("-inf")
        self._waiting: deque[Remote] = deque()
        self._running: dict[Remote, tuple[subprocess.Popen[bytes], float, str]] = {}

    @property
    def is_busy(self) -> bool:
        """Return whether a round is not over."""
        return bool(self._waiting or self._running)

    def advance(self, now: float) -> list[Fetched]:
        """Start what is due, and return what has ended since the last call."""
        if not self.is_busy and now >= self._next_round:
            self._waiting.extend(self._remotes)
            self._next_round = now + self._every
        ended = list(self._ended(now))
        while self._waiting and len(self._running) < MAX_FETCHES:
            remote = self._waiting.popleft()
            before = _commit_of(self._folder / remote.name)
            process = _start_fetch(remote, self._folder / remote.name)
            self._running[remote] = (process, now, before)
        return ended

    def _ended(self, now: float) -> Iterator[Fetched]:
        for remote, (process, started, before) in list(self._running.items()):
            if process.poll() is None and now - started < FETCH_TIMEOUT_S:
                continue
            is_late = process.returncode is None
            err = _end(process)
            del self._running[remote]
            if is_late:
                yield Fetched(remote=remote, problem=f"no answer within {FETCH_TIMEOUT_S:.0f} s")
            elif process.returncode:
                yield Fetched(remote=remote, problem=_reason(err))
            else:
                commit = _commit_of(self._folder / remote.name)
                yield Fetched(remote=remote, has_changed=commit != before)

    def close(self) -> None:
        """End what runs."""
        for process, _, _ in self._running.values():
            _end(process)
        self._running.clear()
        self._waiting.clear()


def _start_fetch(remote: Remote, clone: Path) -> subprocess.Popen[bytes]:
    """Fetch HEAD of a remote into a clone, which is made where there is none; do not wait.

    Nothing is checked out, so no filter or hook of anybody runs.
    """
    environment = {
        "GIT_SSH_COMMAND": "ssh -o BatchMode=yes",
        **os.environ,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": PROTOCOLS,
        "LC_ALL": "C",
    }
    try:
        if not (clone / ".git").is_dir():
            clone.mkdir(parents=True, exist_ok=True)
            init = ["git", "init", "--quiet", "--template=", "--initial-branch", BRANCH, str(clone)]
            subprocess.run(init, env=environment, check=True, capture_output=True)
        options = ("-c", "core.hooksPath=/dev/null", "-c", "gc.autoDetach=false")
        fetch = ("fetch", "--quiet", "--no-tags", "--update-head-ok", "--no-recurse-submodules")
        return subprocess.Popen(
            ["git", "-C", str(clone), *options, *fetch, "--", remote.url, f"+HEAD:{BRANCH_REF}"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is the watcher's to handle
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise HostError(f"git is needed for remotes, and does not work here: {error}") from None


def _commit_of(clone: Path) -> str:
    """Return the commit that a clone holds; empty where there is none."""
    try:
        return (clone / ".git" / BRANCH_REF).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _reason(err: bytes) -> str:
    """Return the line in which git says why it failed; explanations follow it."""
    lines = err.decode("utf-8", "replace").strip().splitlines() or ["git failed"]
    return next((line for line in lines if line.startswith("fatal: ")), lines[-1])


def _end(process: subprocess.Popen[bytes]) -> bytes:
    """End a process and what it started, and return what it wrote to stderr."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return process.communicate()[1] or b""
