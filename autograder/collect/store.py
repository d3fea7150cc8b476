"""The folder of hand-ins: every attempt below `.attempts`, a copy of the graded one where `grade` looks."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.archive import stem_of
from autograder.collect.attempt import History
from autograder.collect.record import FILE
from autograder.errors import HostError
from autograder.results import UNFINISHED

ATTEMPTS = ".attempts"  # a name that intake passes over


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A folder of hand-ins, claimed by one run."""

    root: Path

    def keep(self, student: str, assignment: str, number: int, files: Mapping[str, bytes]) -> None:
        """Keep an attempt, whole or not at all."""
        _put(self._attempt(student, assignment, number), files)

    def place(self, student: str, assignment: str, history: History) -> str:
        """Put the graded attempt where `grade` looks; why not, where something else lies there."""
        if (self.root / student).is_symlink():
            return f"{self.root / student}: a link, and not followed; put the folder of the student there"
        there = self._there(student, assignment)
        digests = [attempt.digest for attempt in history.attempts]
        wanted = digests[history.graded - 1] if history.graded else ""
        now = [digest_of(files_of(path)) for path in there]
        if now == ([wanted] if wanted else []):
            return ""
        if strangers := [path for path, digest in zip(there, now, strict=True) if digest not in digests]:
            return f"{strangers[0]}: was not put there by collect, and stays; move it away, then collect again"
        for path in there:  # a copy of what is kept
            _remove(path)
        if wanted:
            files = files_of(self._attempt(student, assignment, history.graded))
            if digest_of(files) != wanted:
                kept = self._attempt(student, assignment, history.graded)
                return f"{kept}: was changed since it was collected; remove it and its entry in {FILE}"
            _put(self._target(student, assignment, files), files)
        return ""

    def _attempt(self, student: str, assignment: str, number: int) -> Path:
        return self.root / ATTEMPTS / student / assignment / str(number)

    def _target(self, student: str, assignment: str, files: Mapping[str, bytes]) -> Path:
        """Where files lie for grading: in a folder, or beside it where they are one archive."""
        return self.root / student / (_archive(files) or assignment)

    def _there(self, student: str, assignment: str) -> list[Path]:
        """What lies there for an assignment now."""
        folder = self.root / student
        paths = sorted(folder.iterdir()) if folder.is_dir() else []
        return [path for path in paths if assignment in (path.name, stem_of(path.name))]


@contextmanager
def claimed(root: Path) -> Iterator[Store]:
    """The folder, writable and ours alone; HostError otherwise."""
    try:
        (root / ATTEMPTS).mkdir(parents=True, exist_ok=True)
        lock = os.fdopen(os.open(root / ATTEMPTS / ".lock", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o666), "w")
    except OSError as error:
        raise HostError(f"{root}: cannot write here: {error.strerror}; choose another --into") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise HostError(f"{root}: another run is collecting into it; wait for it") from None
        try:
            yield Store(root=root)
        except OSError as error:
            place = error.filename2 or error.filename or root
            raise HostError(f"{place}: {error.strerror}; what was finished is kept, run it again") from error


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 of names and contents, in hex."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{len(name)}:{name}{len(content)}:".encode("utf-8", "surrogateescape") + content)
    return digest.hexdigest()


def files_of(path: Path) -> dict[str, bytes]:
    """The files of an attempt, by name; a link is none."""
    if path.is_symlink():
        return {}
    paths = [p for p in path.iterdir() if p.is_file() and not p.is_symlink()] if path.is_dir() else [path]
    return {p.name: p.read_bytes() for p in paths if p.exists()}


def _archive(files: Mapping[str, bytes]) -> str:
    """The name of the one archive that the files are; empty where they are none."""
    (first, *others) = files
    return first if stem_of(first) and not others else ""


def _put(target: Path, files: Mapping[str, bytes]) -> None:
    """Files into a folder, or the one archive into its place; whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}{UNFINISHED}")
    _remove(unfinished)
    if _archive(files) == target.name:
        unfinished.write_bytes(files[target.name])
    else:
        unfinished.mkdir()
        for name, content in files.items():
            (unfinished / name).write_bytes(content)
    _remove(target)  # of a run that was killed before it wrote its record
    unfinished.rename(target)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
