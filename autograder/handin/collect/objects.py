"""The objects of a git clone: its commits and files, read by a git that sees nothing else of it.

A clone's configuration, hooks and attributes can make git run programs. So git works in an empty
repository of ours that borrows the clone's objects, and what HEAD names is read here.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from autograder.errors import CourseError, HostError
from autograder.handin.archive.member import Kind
from autograder.handin.collect.tree import Entry

OBJECT = re.compile(r"[0-9a-f]{40}")
BRANCH = re.compile(r"refs/[\w./-]{1,200}")
SECONDS = 60
MOST_COMMITS = 2000
LONGEST = 1 << 20  # bytes of a file of refs
KINDS: dict[str, Kind] = {"100644": "file", "100755": "file", "120000": "link", "160000": "special"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit and when it was made, as its author's machine said."""

    id: str
    made: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Clone:
    """A clone whose objects can be read."""

    place: Path
    borrowing: Path  # our repository

    def check(self) -> None:
        """CourseError where its objects may be those of some other repository on this machine."""
        git = self.place / ".git"
        if git.is_symlink() or not git.is_dir():
            raise CourseError("its .git is no folder")
        for folder, folders, files in os.walk(git / "objects"):
            if any(Path(folder, name).is_symlink() for name in (*folders, *files)):
                raise CourseError("there are links among its objects")
        if (git / "objects").is_symlink() or (git / "objects" / "info" / "alternates").exists():
            raise CourseError("it borrows the objects of another repository")

    def commits(self, names: Collection[str]) -> list[Commit]:
        """The commits that changed one of these files, else HEAD alone; along first parents, the
        oldest first.
        """
        words = (
            "log",
            "--first-parent",
            f"--max-count={MOST_COMMITS}",
            "--format=%H %ct",
            self._head(),
        )
        log = self._git(*words, "--", *names) or self._git(*words, "--max-count=1")
        pairs = (line.split() for line in reversed(log.decode().splitlines()))
        return [
            Commit(id=id, made=datetime.fromtimestamp(int(seconds), UTC)) for id, seconds in pairs
        ]

    def files(self, commit: Commit) -> dict[str, Entry]:
        """The files at the top of a commit's tree, by name; the content is read when it is asked
        for.
        """
        found = {}
        for line in self._git("ls-tree", "-z", commit.id).split(b"\0")[:-1]:
            about, _, raw = line.partition(b"\t")
            mode, _, id = about.decode().split()
            if mode in KINDS:
                name = os.fsdecode(raw)
                found[name] = Entry(path=(name,), kind=KINDS[mode], content=partial(self._blob, id))
        return found

    def _blob(self, id: str, most: int) -> bytes:
        size = int(self._git("cat-file", "-s", id))
        if size <= most:
            return self._git("cat-file", "blob", id)
        with self._running("cat-file", "blob", id) as git:
            assert git.stdout is not None
            return git.stdout.read(most + 1)

    def _head(self) -> str:
        """The commit that HEAD names."""
        git = self.place / ".git"
        head = _text(git / "HEAD").strip()
        branch = head.removeprefix("ref: ")
        if BRANCH.fullmatch(branch) and ".." not in branch:
            packed = re.search(
                rf"^([0-9a-f]{{40}}) {re.escape(branch)}$", _text(git / "packed-refs"), re.MULTILINE
            )
            head = _text(git / branch).strip() or (packed[1] if packed else "")
        if not OBJECT.fullmatch(head):
            raise CourseError("no commit yet, or a kind of repository that is not read here")
        return head

    def _git(self, *words: str) -> bytes:
        with self._running(*words) as git:
            try:
                out, err = git.communicate(timeout=SECONDS)
            except subprocess.TimeoutExpired:
                raise CourseError(f"git did not end within {SECONDS} s") from None
        if git.returncode:
            why = err.decode("utf-8", "replace").strip().splitlines()[-1:] or ["git failed"]
            raise CourseError(f"git cannot read it: {why[0]}")
        return out

    @contextmanager
    def _running(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        environment = {
            **_environment(),
            "GIT_OBJECT_DIRECTORY": str((self.place / ".git" / "objects").resolve()),
        }
        command = [
            "git",
            f"--git-dir={self.borrowing}",
            "--no-pager",
            "--no-replace-objects",
            *words,
        ]
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as git:
            try:
                yield git
            finally:
                if git.poll() is None:
                    git.kill()


@contextmanager
def borrowing() -> Iterator[Path]:
    """An empty repository of ours; HostError where there is no git."""
    with tempfile.TemporaryDirectory(prefix="autograder-git-") as folder:
        try:
            command = ["git", "init", "--bare", "--quiet", "--template=", folder]
            subprocess.run(
                command, env=_environment(), check=True, capture_output=True, timeout=SECONDS
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise HostError(
                f"git is needed to read clones, and does not work here: {error}"
            ) from None
        yield Path(folder)


def _text(file: Path) -> str:
    """The beginning of a small file; empty where it is none."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as opened:
            return opened.read(LONGEST).decode("utf-8", "replace")
    except OSError:
        return ""


def _environment() -> dict[str, str]:
    """What git is told: no configuration but its own, no protocol, no replaced objects."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_TERMINAL_PROMPT": "0",
    }
