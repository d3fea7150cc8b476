"""A source as a tree of entries, whether it is a folder or an archive; no link is followed, and all
is bounded.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from autograder.errors import CourseError, HostError
from autograder.handin.archive import ArchiveError, Bounds, Member, content_of, members_of, stem_of
from autograder.handin.archive.member import Kind
from autograder.handin.intake.source import FLAGS

BULK = Bounds(
    archive=64 << 30, members=50_000, directory=32 << 20
)  # of an LMS's zip of a whole class
DEEPEST = 4  # folders below a source: no layout that is known needs more
MOST = 200_000  # entries of a folder
GIT = ".git"
JUNK = (
    "__MACOSX",
    ".DS_Store",
    ".ipynb_checkpoints",
    "Thumbs.db",
)  # what machines leave, not students


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file, folder or link of a source."""

    path: tuple[str, ...]  # below the source
    kind: Kind
    content: Callable[[int], bytes]  # at most so many bytes, and one more where there are more
    place: Path | None = None  # on this machine, where it is no member of an archive
    changed: datetime | None = (
        None  # the time of a file on this machine; an archive's own times are claims
    )

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """What a source holds."""

    place: Path
    entries: tuple[Entry, ...]
    is_folder: bool
    is_packed: bool = False  # an archive

    def tops(self) -> dict[str, list[Entry]]:
        """The entries by the first part of their paths."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.path[0], []).append(entry)
        return found

    def inside(self) -> Tree | None:
        """What is in the one folder that holds everything, as where it was packed again; None:
        there is none.
        """
        tops = {entry.path[0] for entry in self.entries}
        inner = tuple(
            replace(entry, path=entry.path[1:]) for entry in self.entries if len(entry.path) > 1
        )
        if len(tops) != 1 or not inner:
            return None
        return replace(self, place=self.place / tops.pop(), entries=inner, is_packed=False)


def tree_of(place: Path) -> Tree:
    """The tree of a folder, an archive, or a file alone; CourseError where it cannot be read."""
    try:
        mode = place.stat().st_mode
        if stat.S_ISDIR(mode):
            return Tree(place=place, entries=tuple(_below(place, ())), is_folder=True)
        if stem_of(place.name):
            return Tree(place=place, entries=tuple(_packed(place)), is_folder=False, is_packed=True)
    except ArchiveError as error:
        raise CourseError(
            f"{place}: cannot be read as an archive ({error}); unpack it and name the folder"
        ) from None
    except OSError as error:
        raise HostError(f"{error.filename or place}: cannot be read: {error.strerror}") from None
    return Tree(place=place, entries=(file_entry(place, (composed(place.name),)),), is_folder=False)


def composed(name: str) -> str:
    """A name as people type it: macOS takes accents apart."""
    return unicodedata.normalize("NFC", name)


def file_entry(place: Path, path: tuple[str, ...]) -> Entry:
    """A file on this machine as an entry."""
    changed = datetime.fromtimestamp(int(place.stat().st_mtime), UTC)
    return Entry(
        path=path,
        kind="file",
        content=lambda most: _bytes(place, most),
        place=place,
        changed=changed,
    )


def member_entry(archive: Path, member: Member) -> Entry:
    """A member of an archive as an entry."""

    def content(most: int) -> bytes:
        with archive.open("rb") as file:
            return content_of(file, member, most, BULK)

    return Entry(path=member.path, kind=member.kind, content=content)


def _below(folder: Path, path: tuple[str, ...]) -> Iterator[Entry]:
    """Every entry below a folder, to the depth that layouts have; nothing below `.git`."""
    try:
        listed = sorted(os.scandir(folder), key=lambda e: e.name)
    except PermissionError:
        if not path:
            raise
        return  # it holds nothing that we may see
    for count, each in enumerate(listed):
        here = (*path, composed(each.name))
        if count > MOST:
            raise CourseError(f"{folder}: more than {MOST} entries; this is no folder of hand-ins")
        if each.name in JUNK:
            continue
        if each.is_symlink():
            yield Entry(path=here, kind="link", content=lambda _: b"")
        elif each.is_dir():
            yield Entry(path=here, kind="folder", content=lambda _: b"", place=Path(each.path))
            if each.name != GIT and len(here) < DEEPEST:
                yield from _below(Path(each.path), here)
        elif each.is_file():
            yield file_entry(Path(each.path), here)
        else:
            yield Entry(path=here, kind="special", content=lambda _: b"")


def _packed(archive: Path) -> Iterable[Entry]:
    with archive.open("rb") as file:
        members = members_of(file, BULK)
    return [member_entry(archive, m) for m in members if m.path and not {*m.path} & {*JUNK}]


def _bytes(place: Path, most: int) -> bytes:
    """At most `most` bytes of a regular file and one more, without following a link or waiting for
    a pipe.
    """
    with open(os.open(place, FLAGS), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "no regular file", str(place))
        return file.read(most + 1)
