"""The store of attempts: all of them below `.attempts`, the graded one where `grade` looks."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from autograder.errors import HostError
from autograder.handin.archive import stem_of
from autograder.handin.collect.attempt import SECRET_FILE, TIMESTAMP_FILE, Attempt, History
from autograder.handin.collect.ledger import LEDGER_FILE
from autograder.handin.intake.read_hand_in import made_from
from autograder.model import Assignment
from autograder.results import UNFINISHED, write, write_bytes

ATTEMPTS_FOLDER = ".attempts"  # intake skips this name
NBGRADER_TIME_FORMAT = "%Y-%m-%d %H:%M:%S.%f UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStore:
    """A folder of hand-ins, locked by one run."""

    root: Path

    def keep(self, student: str, assignment: str, number: int, files: Mapping[str, bytes]) -> None:
        """Write the files of an attempt, whole or not at all."""
        _write_folder(self._attempt_folder(student, assignment, number), files)

    def place_graded(self, student: str, assignment: Assignment, history: History) -> str:
        """Copy the graded attempt to where `grade` looks.

        Returns the reason if something else lies there, or the attempt was changed; else "".
        """
        home = self.root / student
        if home.is_symlink():
            return f"{home}: a link, and not followed; put the folder of the student there"
        digests = _copy_digests(home, assignment)
        known = {NO_FILES_DIGEST, *(attempt.digest for attempt in history.attempts)}
        foreign = [path for path, digest in digests.items() if digest not in known]
        if foreign:
            return (
                f"{foreign[0]}: was not put there by collect, and stays; "
                "move it away, then collect again"
            )
        if history.graded == 0:
            _remove_copies(digests, assignment)
            return ""
        graded = history.attempts[history.graded - 1]
        folder = self._attempt_folder(student, assignment.id, history.graded)
        placed = [digest for digest in digests.values() if digest != NO_FILES_DIGEST]
        if placed != [graded.digest] and digest_of(read_files(folder)) != graded.digest:
            return (
                f"{folder}: was changed since it was collected; "
                f"remove it and its entry in {LEDGER_FILE}"
            )
        if placed != [graded.digest]:
            _remove_copies(digests, assignment)
            _copy_to_home(home, assignment, read_files(folder))
        _write_nbgrader_files(home / assignment.id, graded)
        return ""

    def _attempt_folder(self, student: str, assignment: str, number: int) -> Path:
        return self.root / ATTEMPTS_FOLDER / student / assignment / str(number)


@contextmanager
def lock_store(root: Path) -> Iterator[AttemptStore]:
    """Lock the folder for this run; HostError if it is not writable or in use."""
    try:
        (root / ATTEMPTS_FOLDER).mkdir(parents=True, exist_ok=True)
        flags = os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW
        lock = os.fdopen(os.open(root / ATTEMPTS_FOLDER / ".lock", flags, 0o666), "w")
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
            yield AttemptStore(root=root)
        except OSError as error:
            place = error.filename2 or error.filename or root
            raise HostError(
                f"{place}: {error.strerror}; what was finished is kept, run it again"
            ) from error


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of names and contents in hex, without nbgrader's secret."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        if name != SECRET_FILE:
            header = f"{len(name)}:{name}{len(content)}:"
            digest.update(header.encode("utf-8", "surrogateescape") + content)
    return digest.hexdigest()


NO_FILES_DIGEST = digest_of({})


def read_files(path: Path) -> dict[str, bytes]:
    """Return the files of an attempt by name, without links."""
    if path.is_symlink():
        return {}
    if not path.is_dir():
        return {path.name: path.read_bytes()} if path.exists() else {}
    return {
        file.name: file.read_bytes()
        for file in path.iterdir()
        if file.is_file() and not file.is_symlink()
    }


def _list_folder(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _handed_in(path: Path, assignment: Assignment) -> dict[str, bytes]:
    """Return the files of a hand-in where `grade` looks.

    Notebooks that were made of a handed-in file are not part of it.
    """
    files = read_files(path)
    if not path.is_dir():
        return files
    return {
        name: content
        for name, content in files.items()
        if name in assignment.declared_names and not made_from(content)
    }


def _copy_digests(home: Path, assignment: Assignment) -> dict[Path, str]:
    """Return the digest of each hand-in for the assignment where `grade` looks, by its path."""
    return {
        path: digest_of(_handed_in(path, assignment))
        for path in _list_folder(home)
        if assignment.id in (path.name, stem_of(path.name))
    }


def _remove_copies(paths: Iterable[Path], assignment: Assignment) -> None:
    """Remove copies of attempts, and what was made of them; the attempts themselves stay."""
    for path in paths:
        if not path.is_dir():
            path.unlink()
            continue
        for name in (TIMESTAMP_FILE, SECRET_FILE, *assignment.declared_names):
            (path / name).unlink(missing_ok=True)
        if not _list_folder(path):
            path.rmdir()


def _copy_to_home(home: Path, assignment: Assignment, files: Mapping[str, bytes]) -> None:
    """Write files where `grade` looks: in a folder, or a single archive beside it."""
    names = sorted(files.keys() - {SECRET_FILE})
    if len(names) == 1 and stem_of(names[0]):
        write_bytes(home / names[0], files[names[0]])
        return
    for name, content in files.items():
        write_bytes(home / assignment.id / name, content)


def _write_nbgrader_files(folder: Path, graded: Attempt) -> None:
    """Write the timestamp, and a secret if nbgrader gave none: feedback is returned by it."""
    if not folder.is_dir():
        return
    if graded.submitted_at is not None:
        submitted_at = graded.submitted_at.astimezone(UTC)
        write(folder / TIMESTAMP_FILE, f"{submitted_at:{NBGRADER_TIME_FORMAT}}")
    else:  # a stated time may have been taken back
        (folder / TIMESTAMP_FILE).unlink(missing_ok=True)
    if not (folder / SECRET_FILE).exists():
        write(folder / SECRET_FILE, secrets.token_hex())


def _write_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a new folder, whole or not at all."""
    unfinished = target.with_name(f".{target.name}{UNFINISHED}")
    for folder in (unfinished, target):  # left by a run that was killed before it wrote its ledger
        if folder.exists():
            shutil.rmtree(folder)
    unfinished.mkdir(parents=True)
    for name, content in files.items():
        (unfinished / name).write_bytes(content)
    unfinished.rename(target)
