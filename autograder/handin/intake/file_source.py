"""File sources: where declared files are read from, a student's folder or a single file."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Protocol

from autograder.handin.filenames import match_suffix
from autograder.model import Assignment, DeclaredFile

MAX_LISTED_ENTRIES = 1000  # of a student's folder
# Windows has none of these flags. Nothing is graded there, but `pack` runs.
_NOFOLLOW, _CLOEXEC = getattr(os, "O_NOFOLLOW", 0), getattr(os, "O_CLOEXEC", 0)
OPEN_FILE_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _NOFOLLOW | _CLOEXEC
# O_PATH: files in a folder can be opened even if the folder cannot be listed.
OPEN_FOLDER_FLAGS = (
    getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0) | _NOFOLLOW | _CLOEXEC
)
REFUSAL_BY_ERRNO = {errno.ELOOP: "file_link", errno.ENXIO: "file_special"}  # ENXIO: a socket


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIn:
    """A student's hand-in for an assignment."""

    student: str
    assignment: str
    path: Path  # a folder, an archive, or the file itself


class RefusedFile(Exception):
    """Raised for a file that is not read; `key` is a sentence of texts.yml, `values` are for it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class FileSource(Protocol):
    """A place from which declared files are read."""

    is_whole: bool  # whether every declared file is expected in it
    remarks: Sequence[RefusedFile]  # on the source as a whole; they cost no points

    def display_name(self, name: str) -> str:
        """Return the student's own name of a file."""

    def present(self, declared: DeclaredFile) -> list[str]:
        """Return the declared names that are present, the preferred one first."""

    def listed(self) -> Sequence[str]:
        """Return the names of all files; used if a declared name is not present."""

    def content(self, name: str, max_bytes: int) -> bytes:
        """Return a file's content; RefusedFile if it is too large or no regular file."""


def declared_code_name(name: str, assignment: Assignment) -> str:
    """Return the declared name of a single code file, by its suffix; empty if there is none."""
    return match_suffix(name, assignment.source_names)


class FolderSource:
    """A student's folder; declared names are opened, and it is listed only if one is missing."""

    is_whole = True
    remarks: Sequence[RefusedFile] = ()

    def __init__(self, descriptor: int | None) -> None:
        self.descriptor = descriptor  # None: the folder cannot be opened

    def display_name(self, name: str) -> str:
        """Return the name itself."""
        return name

    def present(self, declared: DeclaredFile) -> list[str]:
        """Return the declared names that are present; the first one if they cannot be seen."""
        if self.descriptor is None:
            return [declared.name]
        states = {name: _exists(name, self.descriptor) for name in declared.names}
        names = [name for name, exists in states.items() if exists]
        if not names and None in states.values():
            return [declared.name]
        return names

    def listed(self) -> Sequence[str]:
        """Return the names of the regular files; none if there are too many or listing fails."""
        if self.descriptor is None:
            return []
        flags = os.O_RDONLY | os.O_DIRECTORY | _CLOEXEC
        try:
            readable = os.open(".", flags, dir_fd=self.descriptor)
        except OSError:
            return []
        try:
            with os.scandir(readable) as entries:
                names = [
                    entry.name
                    for entry in islice(entries, MAX_LISTED_ENTRIES + 1)
                    if entry.is_file(follow_symlinks=False)
                ]
        except OSError:
            return []
        finally:
            os.close(readable)
        return names if len(names) <= MAX_LISTED_ENTRIES else []

    def content(self, name: str, max_bytes: int) -> bytes:
        """Return the bytes of a regular file."""
        if self.descriptor is None:
            raise RefusedFile("file_unreadable", name=name)
        with open_regular_file(name, name, self.descriptor) as file:
            return _read_limited(file, name, max_bytes)


class SingleFileSource:
    """One file, which stands for the declared one of its kind."""

    is_whole = False
    remarks: Sequence[RefusedFile] = ()

    def __init__(self, *, path: Path, kept_as: str) -> None:
        self.path = path
        self.kept_as = kept_as  # the declared name

    def display_name(self, name: str) -> str:
        """Return the file's own name."""
        return self.path.name

    def present(self, declared: DeclaredFile) -> list[str]:
        """Return the declared name that the file stands for."""
        return [self.kept_as] if self.kept_as in declared.names else []

    def listed(self) -> Sequence[str]:
        """Return no names; the caller chose the file."""
        return []

    def content(self, name: str, max_bytes: int) -> bytes:
        """Return the file's bytes; errors use its own name."""
        with open_regular_file(self.path.name, self.path) as file:
            return _read_limited(file, self.path.name, max_bytes)


def too_large(name: str, size: int, max_bytes: int) -> RefusedFile:
    """Return the refusal of a file above its limit."""
    return RefusedFile("file_large", name=name, size=size_text(size), most=size_text(max_bytes))


def size_text(n: int) -> str:
    """Return a number of bytes as text; MiB are rounded up, so one byte too many is visible."""
    tenths = -(-n * 10 >> 20)
    return f"{tenths / 10:.1f} MiB" if n >= 1 << 20 else f"{n} B"


def _exists(name: str, folder: int) -> bool | None:
    """Return whether a name exists; None if permissions hide it."""
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return None
    return True


@contextmanager
def open_regular_file(name: str, path: Path | str, folder: int | None = None) -> Iterator[BinaryIO]:
    """Open a regular file without following links or blocking; RefusedFile for anything else."""
    try:
        descriptor = os.open(path, OPEN_FILE_FLAGS, dir_fd=folder)
    except OSError as error:
        # Permissions or a broken disk are not the student's fault, so a person looks at it.
        key = REFUSAL_BY_ERRNO.get(error.errno or 0, "file_unreadable")
        raise RefusedFile(key, name=name) from None
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise RefusedFile("file_directory" if stat.S_ISDIR(mode) else "file_special", name=name)
    with open(descriptor, "rb") as file:
        yield file


def _read_limited(file: BinaryIO, name: str, max_bytes: int) -> bytes:
    """Return a file's content; RefusedFile above the limit, even if the file grows meanwhile."""
    size = os.fstat(file.fileno()).st_size
    content = file.read(max_bytes + 1) if size <= max_bytes else b""
    actual_size = max(size, len(content))
    if actual_size > max_bytes:
        raise too_large(name, actual_size, max_bytes)
    return content
