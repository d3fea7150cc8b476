"""Where declared files are read from: a student's folder, an archive, or one file that is handed in alone."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from autograder.archive import BOUNDS, ArchiveError, Member, choose, content_of, members_of, stem_of
from autograder.model import Assignment, DeclaredFile

CHUNK = 1 << 20
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

    def shown(self, name: str) -> str:
        """What the student calls this file."""

    def present(self, declared: DeclaredFile) -> list[str]:
        """The names of `declared` that are there, the preferred one first."""

    def content(self, name: str, most: int) -> bytes:
        """The content of one of them; Refused where it is larger than `most`, or no regular file."""


@contextmanager
def opened(path: Path, assignment: Assignment) -> Iterator[Source]:
    """What `path` holds for the assignment; Refused where it is an archive that cannot be read."""
    kept_as = kept_name(path.name, assignment)
    if kept_as and not path.is_dir():
        yield Single(path=path, kept_as=kept_as)
    elif stem_of(path.name) and not path.is_dir():
        with _regular(path.name, path) as file:
            yield Packed(path.name, file, assignment)
    else:
        descriptor = _folder(path)
        try:
            yield Folder(descriptor)
        finally:
            if descriptor is not None:
                os.close(descriptor)


def kept_name(name: str, assignment: Assignment) -> str:
    """The declared name that a single file stands for, by its suffix; empty where there is none."""
    return next((n for n in assignment.source_names if Path(n).suffix == Path(name).suffix), "")


class Folder:
    """A student's folder: declared names are opened in it, and it is never listed."""

    is_whole = True

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

    def content(self, name: str, most: int) -> bytes:
        """The bytes of a regular file, whatever its size may be by the time they are read."""
        if self.descriptor is None:
            raise Refused("file_unreadable", name=name)
        with _regular(name, name, self.descriptor) as file:
            return _at_most(file, name, most)


class Single:
    """One file, which stands for the declared one of its kind."""

    is_whole = False

    def __init__(self, *, path: Path, kept_as: str) -> None:
        self.path = path
        self.kept_as = kept_as

    def shown(self, name: str) -> str:
        """The file's own name."""
        return self.path.name

    def present(self, declared: DeclaredFile) -> list[str]:
        """The name that it is kept under."""
        return [self.kept_as] if self.kept_as in declared.names else []

    def content(self, name: str, most: int) -> bytes:
        """Its bytes; what is wrong with it is told by its own name."""
        with _regular(self.path.name, self.path) as file:
            return _at_most(file, self.path.name, most)


class Packed:
    """An archive: declared names are read out of it, in memory."""

    is_whole = True

    def __init__(self, name: str, file: BinaryIO, assignment: Assignment) -> None:
        self.file = file
        try:
            self.members = choose(members_of(file), assignment.declared_names)
        except ArchiveError as error:
            raise _refusal(name, error) from None

    def shown(self, name: str) -> str:
        """The name itself."""
        return name

    def present(self, declared: DeclaredFile) -> list[str]:
        """The names that are in it."""
        return [name for name in declared.names if name in self.members]

    def content(self, name: str, most: int) -> bytes:
        """The bytes of a member that is a regular file."""
        member = self.members[name]
        if member.kind != "file":
            keys = {"folder": "file_directory", "link": "file_link", "special": "file_special"}
            raise Refused(keys[member.kind], name=name)
        content = self._content(name, member, most) if member.size <= most else b""
        if max(member.size, len(content)) > most:
            raise too_large(name, max(member.size, len(content)), most)
        return content

    def _content(self, name: str, member: Member, most: int) -> bytes:
        try:
            return content_of(self.file, member, most)
        except ArchiveError as error:
            raise _refusal(name, error) from None


def too_large(name: str, size: int, most: int) -> Refused:
    """The refusal of a file above its limit."""
    return Refused("file_large", name=name, size=size_text(size), most=size_text(most))


def size_text(n: int) -> str:
    """A number of bytes as people read it."""
    tenths = -(-n * 10 >> 20)  # rounded up: a byte too many must not read as exactly enough
    return f"{tenths / 10:.1f} MiB" if n >= 1 << 20 else f"{n} B"


def _refusal(name: str, error: ArchiveError) -> Refused:
    if error.why == "unpacked":
        return Refused("archive_unpacked", name=name, most=size_text(BOUNDS.unpacked))
    return Refused(f"archive_{error.why}", name=name, what=error.what, most=size_text(BOUNDS.archive))


def _folder(path: Path) -> int | None:
    """The folder itself, opened once: what takes its place later is not followed."""
    try:
        return os.open(path, FOLDER)
    except OSError:
        return None


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
def _regular(name: str, path: Path | str, folder: int | None = None) -> Iterator[BinaryIO]:
    """A regular file, opened without following or waiting; Refused by its `name` where it is none."""
    try:
        descriptor = os.open(path, FLAGS, dir_fd=folder)
    except OSError as error:  # permissions, a broken disk: not the student's doing, so a person looks at it
        raise Refused(NOT_REGULAR.get(error.errno or 0, "file_unreadable"), name=name) from None
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise Refused("file_directory" if stat.S_ISDIR(mode) else "file_special", name=name)
    with open(descriptor, "rb") as file:
        yield file


def _at_most(file: BinaryIO, name: str, most: int) -> bytes:
    """The content of a file, of which no more than `most` bytes are read, whatever size it said it had."""
    size = os.fstat(file.fileno()).st_size
    content = file.read(most + 1) if size <= most else b""
    if max(size, len(content)) > most:
        raise too_large(name, max(size, len(content)), most)
    return content
