"""The folder of hand-ins: every attempt below `.attempts`, a copy of the graded one where `grade`
looks.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from autograder.errors import HostError
from autograder.handin.archive import stem_of
from autograder.handin.collect.attempt import SECRET, TIMESTAMP, Attempt, History
from autograder.handin.collect.ledger import FILE
from autograder.handin.intake.reading import made_from
from autograder.model import Assignment
from autograder.results import UNFINISHED, write, write_bytes

ATTEMPTS = ".attempts"  # a name that intake passes over
TIME = "%Y-%m-%d %H:%M:%S.%f UTC"  # as nbgrader writes it


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A folder of hand-ins, claimed by one run."""

    root: Path

    def keep(self, student: str, assignment: str, number: int, files: Mapping[str, bytes]) -> None:
        """Keep an attempt, whole or not at all."""
        _put(self._attempt(student, assignment, number), files)

    def place(self, student: str, assignment: Assignment, history: History) -> str:
        """Put the graded attempt where `grade` looks; why not, where something else lies there."""
        home = self.root / student
        if home.is_symlink():
            return f"{home}: a link, and not followed; put the folder of the student there"
        there = [path for path in _listed(home) if assignment.id in (path.name, stem_of(path.name))]
        digests = [attempt.digest for attempt in history.attempts]
        found = {path: digest_of(_handed_in(path, assignment)) for path in there}
        if strangers := [path for path in there if found[path] not in (NOTHING, *digests)]:
            return f"{strangers[0]}: was not put there by collect, and stays; move it away, then collect again"
        graded = history.attempts[history.graded - 1] if history.graded else None
        wanted = self._attempt(student, assignment.id, history.graded)
        if graded is None or [digest for digest in found.values() if digest != NOTHING] != [
            graded.digest
        ]:
            if graded is not None and digest_of(files_of(wanted)) != graded.digest:
                return f"{wanted}: was changed since it was collected; remove it and its entry in {FILE}"
            for path in there:  # a copy of what is kept
                _clear(path, assignment)
            if graded is not None:
                _lay(home, assignment, files_of(wanted))
        if graded is not None:
            _tell_nbgrader(home / assignment.id, graded)
        return ""

    def _attempt(self, student: str, assignment: str, number: int) -> Path:
        return self.root / ATTEMPTS / student / assignment / str(number)


@contextmanager
def claimed(root: Path) -> Iterator[Store]:
    """The folder, writable and ours alone; HostError otherwise."""
    try:
        (root / ATTEMPTS).mkdir(parents=True, exist_ok=True)
        lock = os.fdopen(
            os.open(root / ATTEMPTS / ".lock", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o666), "w"
        )
    except OSError as error:
        raise HostError(
            f"{root}: cannot write here: {error.strerror}; choose another --into"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise HostError(f"{root}: another run is collecting into it; wait for it") from None
        try:
            yield Store(root=root)
        except OSError as error:
            place = error.filename2 or error.filename or root
            raise HostError(
                f"{place}: {error.strerror}; what was finished is kept, run it again"
            ) from error


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 of names and contents in hex, of what a student wrote."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        if name == SECRET:
            continue
        digest.update(
            f"{len(name)}:{name}{len(content)}:".encode("utf-8", "surrogateescape") + content
        )
    return digest.hexdigest()


NOTHING = digest_of({})


def files_of(path: Path) -> dict[str, bytes]:
    """The files of an attempt, by name; a link is none."""
    if path.is_symlink():
        return {}
    paths = (
        [p for p in path.iterdir() if p.is_file() and not p.is_symlink()]
        if path.is_dir()
        else [path]
    )
    return {p.name: p.read_bytes() for p in paths if p.exists()}


def _listed(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _handed_in(path: Path, assignment: Assignment) -> dict[str, bytes]:
    """The files of a hand-in that lies where `grade` looks; notebooks that only show a file are not
    among them.
    """
    found = files_of(path)
    if not path.is_dir():
        return found
    declared = assignment.declared_names
    return {
        name: content
        for name, content in found.items()
        if name in declared and not made_from(content)
    }


def _clear(path: Path, assignment: Assignment) -> None:
    """Remove a copy of an attempt, and what was made of it."""
    if not path.is_dir():
        path.unlink()
        return
    for name in (TIMESTAMP, SECRET, *assignment.declared_names):
        (path / name).unlink(missing_ok=True)
    if not _listed(path):
        path.rmdir()


def _lay(home: Path, assignment: Assignment, files: Mapping[str, bytes]) -> None:
    """Files where `grade` looks: in a folder, or beside it where they are one archive."""
    only, *others = sorted(files.keys() - {SECRET})
    if stem_of(only) and not others:
        write_bytes(home / only, files[only])
        return
    for name, content in files.items():
        write_bytes(home / assignment.id / name, content)


def _tell_nbgrader(folder: Path, graded: Attempt) -> None:
    """When it came; and a secret where nbgrader gave none: without one it can return nobody's
    feedback.
    """
    if not folder.is_dir():
        return
    if graded.came is not None:
        write(folder / TIMESTAMP, f"{graded.came.astimezone(UTC):{TIME}}")
    else:
        (folder / TIMESTAMP).unlink(missing_ok=True)  # of a time that was taken back
    if not (folder / SECRET).exists():
        write(folder / SECRET, secrets.token_hex())


def _put(target: Path, files: Mapping[str, bytes]) -> None:
    """Files into a new folder, whole or not at all."""
    unfinished = target.with_name(f".{target.name}{UNFINISHED}")
    for folder in (unfinished, target):  # of a run that was killed before it wrote its record
        if folder.exists():
            shutil.rmtree(folder)
    unfinished.mkdir(parents=True)
    for name, content in files.items():
        (unfinished / name).write_bytes(content)
    unfinished.rename(target)
