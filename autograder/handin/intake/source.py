"""Where declared files are read from: a student's folder, or one file that is handed in alone."""

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

from autograder.handin.filenames import kind_of
from autograder.model import Assignment, DeclaredFile

MOST_LISTED = 1000  # entries of a student's folder
# Windows, where nothing is graded but `pack` says what grading would, has none of these flags.
_NOFOLLOW, _CLOEXEC = getattr(os, "O_NOFOLLOW", 0), getattr(os, "O_CLOEXEC", 0)
FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _NOFOLLOW | _CLOEXEC
# To go through a folder is enough, one need not be allowed to list it.
FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0) | _NOFOLLOW | _CLOEXEC
NOT_REGULAR = {errno.ELOOP: "file_link", errno.ENXIO: "file_special"}  # ENXIO: a socket


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIn:
    """Where a student's files for an assignment lie."""

    student: str
    assignment: str
    path: Path  # a folder, an archive, or the one file itself


class Refused(Exception):
    """Raised where a file is not read; `key` is the sentence that says why, `values` are for it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class Source(Protocol):
    """Where declared files are read from."""

    is_whole: bool  # whether every declared file is expected in it
    told: Sequence[Refused]  # what is to be said of it as a whole, and costs nothing

    def shown(self, name: str) -> str:
        """What the student calls this file."""

    def present(self, declared: DeclaredFile) -> list[str]:
        """The names of `declared` that are there, the preferred one first."""

    def listed(self) -> Sequence[str]:
        """The names of the files that are there; looked at where a declared name is not."""

    def content(self, name: str, most: int) -> bytes:
        """The content of one of them; Refused where it is larger than `most`, or no regular file."""


def kept_name(name: str, assignment: Assignment) -> str:
    """The declared name that a single file stands for, by its suffix; empty where there is none."""
    return kind_of(name, assignment.source_names)


class Folder:
    """A student's folder: declared names are opened in it; it is listed where one of them is not
    there.
    """

    is_whole = True
    told: Sequence[Refused] = ()

    def __init__(self, descriptor: int | None) -> None:
        self.descriptor = descriptor  # None: closed to us

    def shown(self, name: str) -> str:
        """The name itself."""
        return name

    def present(self, declared: DeclaredFile) -> list[str]:
        """The names that are there; the first one where we may not look."""
        if self.descriptor is None:
            return [declared.name]
        states = {name: _state(name, self.descriptor) for name in declared.names}
        is_closed = None in states.values()
        return [name for name, there in states.items() if there] or [declared.name] * is_closed

    def listed(self) -> Sequence[str]:
        """The names of its regular files; none where there are too many, or where we may not look."""
        if self.descriptor is None:
            return []
        try:
            readable = os.open(".", os.O_RDONLY | os.O_DIRECTORY | _CLOEXEC, dir_fd=self.descriptor)
        except OSError:
            return []
        try:
            with os.scandir(readable) as entries:
                names = [
                    e.name
                    for e in islice(entries, MOST_LISTED + 1)
                    if e.is_file(follow_symlinks=False)
                ]
        except OSError:
            return []
        finally:
            os.close(readable)
        return names if len(names) <= MOST_LISTED else []

    def content(self, name: str, most: int) -> bytes:
        """The bytes of a regular file, whatever its size may be by the time they are read."""
        if self.descriptor is None:
            raise Refused("file_unreadable", name=name)
        with regular(name, name, self.descriptor) as file:
            return _at_most(file, name, most)


class Single:
    """One file, which stands for the declared one of its kind."""

    is_whole = False
    told: Sequence[Refused] = ()

    def __init__(self, *, path: Path, kept_as: str) -> None:
        self.path = path
        self.kept_as = kept_as

    def shown(self, name: str) -> str:
        """The file's own name."""
        return self.path.name

    def present(self, declared: DeclaredFile) -> list[str]:
        """The name that it is kept under."""
        return [self.kept_as] if self.kept_as in declared.names else []

    def listed(self) -> Sequence[str]:
        """None: it is what it was named for."""
        return []

    def content(self, name: str, most: int) -> bytes:
        """Its bytes; what is wrong with it is told by its own name."""
        with regular(self.path.name, self.path) as file:
            return _at_most(file, self.path.name, most)


def too_large(name: str, size: int, most: int) -> Refused:
    """The refusal of a file above its limit."""
    return Refused("file_large", name=name, size=size_text(size), most=size_text(most))


def size_text(n: int) -> str:
    """A number of bytes as people read it."""
    tenths = -(-n * 10 >> 20)  # rounded up: a byte too many must not read as exactly enough
    return f"{tenths / 10:.1f} MiB" if n >= 1 << 20 else f"{n} B"


def _state(name: str, folder: int) -> bool | None:
    """Whether a name is there; None where we may not even see."""
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return None
    return True


@contextmanager
def regular(name: str, path: Path | str, folder: int | None = None) -> Iterator[BinaryIO]:
    """A regular file, opened without following or waiting; Refused by its `name` where it is none."""
    try:
        descriptor = os.open(path, FLAGS, dir_fd=folder)
    except (
        OSError
    ) as error:  # permissions, a broken disk: not the student's doing, so a person looks at it
        raise Refused(NOT_REGULAR.get(error.errno or 0, "file_unreadable"), name=name) from None
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise Refused("file_directory" if stat.S_ISDIR(mode) else "file_special", name=name)
    with open(descriptor, "rb") as file:
        yield file


def _at_most(file: BinaryIO, name: str, most: int) -> bytes:
    """The content of a file, of which no more than `most` bytes are read, whatever size it said it
    had.
    """
    size = os.fstat(file.fileno()).st_size
    content = file.read(most + 1) if size <= most else b""
    if max(size, len(content)) > most:
        raise too_large(name, max(size, len(content)), most)
    return content
