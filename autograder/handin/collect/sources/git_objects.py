"""Commits and files of a git clone, read without trusting the clone's own settings.

A clone's configuration, hooks and attributes can make git run programs. So git works in an empty
repository of ours that borrows the clone's objects, and HEAD is resolved here, not by git.
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
from autograder.handin.archive.member import FileKind
from autograder.handin.collect.source_tree import TreeEntry

OBJECT_HASH = re.compile(r"[0-9a-f]{40}")
BRANCH_REF = re.compile(r"refs/[\w./-]{1,200}")
GIT_TIMEOUT_S = 60
MAX_COMMITS = 2000
MAX_REF_FILE_BYTES = 1 << 20
KIND_BY_MODE: dict[str, FileKind] = {
    "100644": "file",
    "100755": "file",
    "120000": "link",
    "160000": "special",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit and its time, which the committer's machine set."""

    sha: str
    made: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Clone:
    """A clone whose objects can be read."""

    place: Path
    repository: Path  # our empty repository, in which git runs

    def check(self) -> None:
        """Raise CourseError if the objects may belong to another repository on this machine."""
        git = self.place / ".git"
        if git.is_symlink() or not git.is_dir():
            raise CourseError("its .git is no folder")
        for folder, folders, files in os.walk(git / "objects"):
            if any(Path(folder, name).is_symlink() for name in (*folders, *files)):
                raise CourseError("there are links among its objects")
        if (git / "objects").is_symlink() or (git / "objects" / "info" / "alternates").exists():
            raise CourseError("it borrows the objects of another repository")

    def commits(self, names: Collection[str]) -> list[Commit]:
        """Return the commits that changed one of these files, the oldest first, else only HEAD.

        Only first parents are followed.
        """
        command = (
            *("log", "--first-parent", f"--max-count={MAX_COMMITS}", "--format=%H %ct"),
            self._head(),
        )
        log = self._git(*command, "--", *names) or self._git(*command, "--max-count=1")
        commits = []
        for line in reversed(log.decode().splitlines()):
            sha, seconds = line.split()
            made = datetime.fromtimestamp(int(seconds), UTC)
            commits.append(Commit(sha=sha, made=made))
        return commits

    def files(self, commit: Commit) -> dict[str, TreeEntry]:
        """Return the files at the top of a commit's tree by name; contents are read on demand."""
        found = {}
        for line in self._git("ls-tree", "-z", commit.sha).split(b"\0")[:-1]:
            header, _, raw_name = line.partition(b"\t")
            mode, _, object_hash = header.decode().split()
            if mode in KIND_BY_MODE:
                name = os.fsdecode(raw_name)
                content = partial(self._blob, object_hash)
                found[name] = TreeEntry(path=(name,), kind=KIND_BY_MODE[mode], content=content)
        return found

    def _blob(self, object_hash: str, max_bytes: int) -> bytes:
        size = int(self._git("cat-file", "-s", object_hash))
        if size <= max_bytes:
            return self._git("cat-file", "blob", object_hash)
        with self._running_git("cat-file", "blob", object_hash) as git:
            assert git.stdout is not None
            return git.stdout.read(max_bytes + 1)

    def _head(self) -> str:
        """Return the hash of the commit that HEAD names."""
        git = self.place / ".git"
        head = _read_ref(git / "HEAD").strip()
        branch = head.removeprefix("ref: ")
        if BRANCH_REF.fullmatch(branch) and ".." not in branch:
            head = _read_ref(git / branch).strip() or _packed_ref(git, branch)
        if not OBJECT_HASH.fullmatch(head):
            raise CourseError("no commit yet, or a kind of repository that is not read here")
        return head

    def _git(self, *arguments: str) -> bytes:
        with self._running_git(*arguments) as git:
            try:
                out, err = git.communicate(timeout=GIT_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                raise CourseError(f"git did not end within {GIT_TIMEOUT_S} s") from None
        if git.returncode:
            lines = err.decode("utf-8", "replace").strip().splitlines()
            raise CourseError(f"git cannot read it: {lines[-1] if lines else 'git failed'}")
        return out

    @contextmanager
    def _running_git(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        objects = (self.place / ".git" / "objects").resolve()
        environment = {**_git_environment(), "GIT_OBJECT_DIRECTORY": str(objects)}
        options = (f"--git-dir={self.repository}", "--no-pager", "--no-replace-objects")
        with subprocess.Popen(
            ["git", *options, *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as git:
            try:
                yield git
            finally:
                if git.poll() is None:
                    git.kill()


@contextmanager
def empty_repository() -> Iterator[Path]:
    """Create a temporary repository without objects; HostError if git does not work here."""
    with tempfile.TemporaryDirectory(prefix="autograder-git-") as folder:
        try:
            subprocess.run(
                ["git", "init", "--bare", "--quiet", "--template=", folder],
                env=_git_environment(),
                check=True,
                capture_output=True,
                timeout=GIT_TIMEOUT_S,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise HostError(
                f"git is needed to read clones, and does not work here: {error}"
            ) from None
        yield Path(folder)


def _packed_ref(git: Path, branch: str) -> str:
    """Return the hash of a branch in `packed-refs`; empty if it is not there."""
    line = rf"^([0-9a-f]{{40}}) {re.escape(branch)}$"
    match = re.search(line, _read_ref(git / "packed-refs"), re.MULTILINE)
    return match[1] if match else ""


def _read_ref(file: Path) -> str:
    """Return the beginning of a small file; empty if it cannot be read."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        with open(os.open(file, flags), "rb") as opened:
            return opened.read(MAX_REF_FILE_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def _git_environment() -> dict[str, str]:
    """Return an environment without configuration, network protocols or prompts."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_TERMINAL_PROMPT": "0",
    }
