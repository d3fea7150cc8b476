"""Archives of students: their members, and the content of single members, within limits.

Everything happens in memory; nothing is unpacked onto a disk. The format is recognized by the
first bytes, not by the name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from typing import BinaryIO

from autograder.handin.archive.create import file_digests, make_zip
from autograder.handin.archive.member import (
    DEFAULT_LIMITS,
    ArchiveError,
    ArchiveLimits,
    Member,
    printable_name,
)
from autograder.handin.archive.tar import tar_content, tar_members
from autograder.handin.archive.zip import ZIP_MAGIC, zip_content, zip_members

__all__ = [
    "DEFAULT_LIMITS",
    "MACOS_FOLDER",
    "ArchiveError",
    "ArchiveLimits",
    "Member",
    "content_of",
    "file_digests",
    "fold_name",
    "make_zip",
    "members_of",
    "select_members",
    "stem_of",
]

ARCHIVE_SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz")
MACOS_FOLDER = "__MACOSX"  # a folder of metadata that Finder adds


def stem_of(name: str) -> str:
    """Return an archive's name without its suffix; empty for the name of any other file."""
    for suffix in ARCHIVE_SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return ""


def fold_name(name: str) -> str:
    """Return a form that is equal for names which some file system cannot tell apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def members_of(file: BinaryIO, limits: ArchiveLimits = DEFAULT_LIMITS) -> tuple[Member, ...]:
    """Return every member; ArchiveError for a damaged, ambiguous or too large archive."""
    if file.seek(0, 2) > limits.archive:
        raise ArchiveError("large")
    return zip_members(file, limits) if _is_zip(file) else tar_members(file, limits)


def content_of(
    file: BinaryIO, member: Member, max_bytes: int, limits: ArchiveLimits = DEFAULT_LIMITS
) -> bytes:
    """Return a member's content, at most one byte more than `max_bytes`.

    Raises ArchiveError if the content is not what the headers announce.
    """
    if _is_zip(file):
        return zip_content(file, member, max_bytes)
    return tar_content(file, member, max_bytes, limits)


def select_members(members: Sequence[Member], names: Collection[str]) -> dict[str, Member]:
    """Return the members of these names, at the top or in the only folder that has any.

    Raises ArchiveError if several folders have some, or if the unpacked files would depend on the
    file system: a name twice, in upper and lower case, or composed in two ways.
    """
    wanted = {fold_name(name) for name in names}
    matching = [
        member
        for member in members
        if len(member.path) in (1, 2)
        and fold_name(member.path[-1]) in wanted
        and member.path[0] != MACOS_FOLDER
    ]
    folders = {member.path[:-1] for member in matching if member.path[-1] in names}
    if () in folders:
        folders = {()}
    if len(folders) > 1:
        listed = sorted(printable_name(folder[0]) for folder in folders)
        raise ArchiveError("folders", ", ".join(listed))
    found: dict[str, Member] = {}
    for member in matching:
        if member.path[:-1] not in folders:
            continue
        first = found.setdefault(fold_name(member.path[-1]), member)
        if first is not member:
            pair = printable_name(first.path[-1]), printable_name(member.path[-1])
            raise ArchiveError("twice", ", ".join(pair))
    return {member.path[-1]: member for member in found.values() if member.path[-1] in names}


def _is_zip(file: BinaryIO) -> bool:
    file.seek(0)
    return file.read(len(ZIP_MAGIC)) == ZIP_MAGIC
