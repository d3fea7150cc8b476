"""Source trees: the bounded entries of a folder or an archive; no link is followed."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from autograder.errors import CourseError, HostError
from autograder.handin.archive import (
    ArchiveError,
    ArchiveLimits,
    Member,
    content_of,
    members_of,
    stem_of,
)
from autograder.handin.archive.member import FileKind
from autograder.handin.intake.file_source import OPEN_FILE_FLAGS

# An LMS packs a whole class into one zip.
CLASS_LIMITS = ArchiveLimits(archive=64 << 30, members=50_000, directory=32 << 20)
MAX_DEPTH = 4  # of folders below a source; no known layout needs more
MAX_FOLDER_ENTRIES = 200_000
GIT_FOLDER = ".git"
SYSTEM_FILES = ("__MACOSX", ".DS_Store", ".ipynb_checkpoints", "Thumbs.db")


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeEntry:
    """A file, folder or link of a source."""

    path: tuple[str, ...]  # below the source
    kind: FileKind
    content: Callable[[int], bytes]  # at most so many bytes, and one more if there are more
    place: Path | None = None  # on this machine; None for a member of an archive
    changed: datetime | None = None  # None in an archive, whose times cannot be trusted

    @property
    def name(self) -> str:
        """Return the last part of the path."""
        return self.path[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTree:
    """The entries of a source."""

    place: Path
    entries: tuple[TreeEntry, ...]
    is_folder: bool
    is_packed: bool = False  # an archive

    def by_top_name(self) -> dict[str, list[TreeEntry]]:
        """Return the entries by the first part of their paths."""
        found: dict[str, list[TreeEntry]] = {}
        for entry in self.entries:
            found.setdefault(entry.path[0], []).append(entry)
        return found

    def unwrapped(self) -> SourceTree | None:
        """Return the tree of the single folder that holds everything; None if there is none."""
        tops = {entry.path[0] for entry in self.entries}
        inner = tuple(
            replace(entry, path=entry.path[1:]) for entry in self.entries if len(entry.path) > 1
        )
        if len(tops) != 1 or not inner:
            return None
        return replace(self, place=self.place / tops.pop(), entries=inner, is_packed=False)


def read_tree(place: Path) -> SourceTree:
    """Return the tree of a folder, an archive or a single file.

    Raises CourseError for a broken archive and HostError for what cannot be opened.
    """
    try:
        mode = place.stat().st_mode
        if stat.S_ISDIR(mode):
            return SourceTree(place=place, entries=tuple(_walk(place, ())), is_folder=True)
        if stem_of(place.name):
            entries = tuple(_archive_entries(place))
            return SourceTree(place=place, entries=entries, is_folder=False, is_packed=True)
    except ArchiveError as error:
        raise CourseError(
            f"{place}: cannot be read as an archive ({error}); unpack it and name the folder"
        ) from None
    except OSError as error:
        raise HostError(f"{error.filename or place}: cannot be read: {error.strerror}") from None
    entry = file_entry(place, (normalize(place.name),))
    return SourceTree(place=place, entries=(entry,), is_folder=False)


def normalize(name: str) -> str:
    """Return a name in Unicode's composed form; macOS stores accents as separate characters."""
    return unicodedata.normalize("NFC", name)


def files_by_name(entries: Sequence[TreeEntry]) -> dict[str, TreeEntry]:
    """Return files and links by their last names; of two with one name, the one nearer the top."""
    found: dict[str, TreeEntry] = {}
    for entry in sorted(entries, key=lambda entry: len(entry.path)):
        if entry.kind in ("file", "link"):
            found.setdefault(entry.name, entry)
    return found


def file_entry(place: Path, path: tuple[str, ...]) -> TreeEntry:
    """Return the entry of a file on this machine."""
    return TreeEntry(
        path=path,
        kind="file",
        content=lambda max_bytes: _read_file(place, max_bytes),
        place=place,
        changed=datetime.fromtimestamp(int(place.stat().st_mtime), UTC),
    )


def member_entry(archive: Path, member: Member) -> TreeEntry:
    """Return the entry of a member of an archive."""

    def content(max_bytes: int) -> bytes:
        with archive.open("rb") as file:
            return content_of(file, member, max_bytes, CLASS_LIMITS)

    return TreeEntry(path=member.path, kind=member.kind, content=content)


def _no_content(max_bytes: int) -> bytes:
    """Return the content of what is no regular file."""
    return b""


def _walk(folder: Path, path: tuple[str, ...]) -> Iterator[TreeEntry]:
    """Yield every entry below a folder down to MAX_DEPTH, but nothing below `.git`."""
    try:
        listed = sorted(os.scandir(folder), key=lambda item: item.name)
    except PermissionError:
        if not path:
            raise
        return  # a folder inside that is closed to us is skipped
    if len(listed) > MAX_FOLDER_ENTRIES:
        raise CourseError(
            f"{folder}: more than {MAX_FOLDER_ENTRIES} entries; this is no folder of hand-ins"
        )
    for item in listed:
        if item.name in SYSTEM_FILES:
            continue
        below = (*path, normalize(item.name))
        if item.is_symlink():
            yield TreeEntry(path=below, kind="link", content=_no_content)
        elif item.is_dir():
            place = Path(item.path)
            yield TreeEntry(path=below, kind="folder", content=_no_content, place=place)
            if item.name != GIT_FOLDER and len(below) < MAX_DEPTH:
                yield from _walk(place, below)
        elif item.is_file():
            yield file_entry(Path(item.path), below)
        else:
            yield TreeEntry(path=below, kind="special", content=_no_content)


def _archive_entries(archive: Path) -> list[TreeEntry]:
    with archive.open("rb") as file:
        members = members_of(file, CLASS_LIMITS)
    return [
        member_entry(archive, member)
        for member in members
        if member.path and not set(member.path) & set(SYSTEM_FILES)
    ]


def _read_file(place: Path, max_bytes: int) -> bytes:
    """Return the content of a regular file, at most one byte more than `max_bytes`.

    No link is followed, and a pipe does not block.
    """
    with open(os.open(place, OPEN_FILE_FLAGS), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "no regular file", str(place))
        return file.read(max_bytes + 1)
