"""The history of a course in git: commits, the files of an assignment in each, and checkouts."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import HostError
from autograder.grading.cache.fingerprint import DIGEST_DIGITS, IGNORED_NAMES

MAX_COMMITS = 20_000  # that are looked at, the latest first
GIT_TIMEOUT_S = 120
LINK_MODE = "120000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit of the course's repository."""

    sha: str
    date: str  # of the commit, ISO 8601
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesOfCommit:
    """The graders' files of an assignment in a commit."""

    digests: Mapping[str, str]  # by path below the assignment's folder
    has_links: bool  # then the digests are not complete


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseHistory:
    """The repository that holds a course. Only git reads it, and nothing in it is changed."""

    root: Path  # of the course
    prefix: str  # the course's folder in the repository, such as "week_23/"; empty: its top
    _digests: dict[str, str] = field(default_factory=dict)  # of blobs, by their hash in git

    def commits(self, *paths: str) -> list[Commit]:
        """Return the commits of all branches that changed one of these paths, the latest first."""
        log = self._git(
            *("log", "--all", "--full-history", f"--max-count={MAX_COMMITS}"),
            *("--format=%H%x00%cI%x00%s", "--", *paths),
        )
        commits = []
        for line in log.decode("utf-8", "replace").splitlines():
            sha, date, subject = line.split("\0", 2)
            commits.append(Commit(sha=sha, date=date, subject=subject))
        return commits

    def graders_files(self, commit: Commit, assignment: str) -> FilesOfCommit:
        """Return the files that decide the results of an assignment in a commit.

        They are those of its folder `graders`, and the YAML files beside it.
        """
        folder = f"{self.prefix}assignments/{assignment}/"
        tree = self._git("ls-tree", "-r", "-z", "--full-tree", commit.sha, "--", folder)
        digests, has_links = {}, False
        for entry in tree.split(b"\0")[:-1]:
            header, _, raw_path = entry.partition(b"\t")
            mode, _, blob = header.decode().split()
            name = os.fsdecode(raw_path)[len(folder) :]
            if not _is_of_graders(name):
                continue
            if mode == LINK_MODE:
                has_links = True
            else:
                digests[name] = self._digest(blob)
        return FilesOfCommit(digests=digests, has_links=has_links)

    def check_out(self, commit: Commit, folder: Path) -> Path:
        """Write the course of a commit below a folder of ours, and return its path there."""
        tree = f"{commit.sha}:{self.prefix.rstrip('/')}"
        index = {"GIT_INDEX_FILE": str(folder / f"{commit.sha}.index")}
        place = folder / commit.sha
        self._git("read-tree", tree, environment=index)
        self._git("checkout-index", "--all", "--force", f"--prefix={place}/", environment=index)
        return place

    def _digest(self, blob: str) -> str:
        if blob not in self._digests:
            content = self._git("cat-file", "blob", blob)
            self._digests[blob] = hashlib.sha256(content).hexdigest()[:DIGEST_DIGITS]
        return self._digests[blob]

    def _git(self, *words: str, environment: Mapping[str, str] | None = None) -> bytes:
        return _run_git(self.root, *words, environment=environment)


def history_of(root: Path) -> CourseHistory | None:
    """Return the history of the course in a folder; None where it lies in no repository."""
    try:
        prefix = _run_git(root, "rev-parse", "--show-prefix").decode().strip()
    except HostError:
        return None
    return CourseHistory(root=root, prefix=prefix)


def _is_of_graders(name: str) -> bool:
    parts = name.split("/")
    is_beside = len(parts) == 1 and name.endswith(".yml")
    return is_beside or (parts[0] == "graders" and not IGNORED_NAMES & set(parts))


def _run_git(root: Path, *words: str, environment: Mapping[str, str] | None = None) -> bytes:
    """Run git in a folder; HostError where it is missing or fails."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    own |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", **(environment or {})}
    command = ["git", "-C", str(root), "--no-pager", "-c", "core.fsmonitor=false", *words]
    try:
        ended = subprocess.run(
            command, env=own, capture_output=True, timeout=GIT_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise HostError(f"{root}: git does not work here: {error}; install git") from error
    if ended.returncode:
        lines = ended.stderr.decode("utf-8", "replace").strip().splitlines()
        raise HostError(f"{root}: git failed: {lines[-1] if lines else 'no reason given'}")
    return ended.stdout


def matching_commits(
    history: CourseHistory, assignment: str, files: Mapping[str, str]
) -> Iterator[Commit]:
    """Yield the commits whose graders have these digests, the latest first."""
    paths = [f":/{history.prefix}{name}" for name in (f"assignments/{assignment}", "grading.yml")]
    for commit in history.commits(*paths):
        found = history.graders_files(commit, assignment)
        if found.digests == files or found.has_links:
            yield commit
