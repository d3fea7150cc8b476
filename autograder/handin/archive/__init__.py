"""Archives that students pack: what is in them and the content of single members, in memory and
within bounds.

Nothing is ever unpacked onto a disk. Both formats are told by their first bytes, not by a name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from typing import BinaryIO

from autograder.handin.archive.create import described, zipped
from autograder.handin.archive.member import BOUNDS, ArchiveError, Bounds, Member, shown
from autograder.handin.archive.tar import tar_content, tar_members
from autograder.handin.archive.zip import MAGIC, zip_content, zip_members

__all__ = [
    "BOUNDS",
    "OF_MACS",
    "ArchiveError",
    "Bounds",
    "Member",
    "choose",
    "content_of",
    "described",
    "folded",
    "members_of",
    "stem_of",
    "zipped",
]

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz")
OF_MACS = "__MACOSX"  # a folder that Finder adds: it holds no file of the student's


def stem_of(name: str) -> str:
    """An archive's name without its suffix; empty where it has none of SUFFIXES."""
    return next((name[: -len(s)] for s in SUFFIXES if name.lower().endswith(s)), "")


def folded(name: str) -> str:
    """What names have in common that some file system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def members_of(file: BinaryIO, bounds: Bounds = BOUNDS) -> tuple[Member, ...]:
    """Every member of an archive; ArchiveError where it is damaged, ambiguous or beyond the bounds."""
    if file.seek(0, 2) > bounds.archive:
        raise ArchiveError("large")
    return zip_members(file, bounds) if _is_zip(file) else tar_members(file, bounds)


def content_of(file: BinaryIO, member: Member, most: int, bounds: Bounds = BOUNDS) -> bytes:
    """The content of a file among the members, at most one byte more than `most`; ArchiveError
    where it lies.
    """
    if _is_zip(file):
        return zip_content(file, member, most)
    return tar_content(file, member, most, bounds)


def choose(members: Sequence[Member], names: Collection[str]) -> dict[str, Member]:
    """The members of these names, at the top or else in the one folder that has any of them.

    ArchiveError where more than one folder has, or where what is unpacked would depend on the
    machine: a name twice, or in upper and lower case, or composed in two ways.
    """
    wanted = {folded(name) for name in names}
    near = [
        m
        for m in members
        if len(m.path) in (1, 2) and folded(m.path[-1]) in wanted and m.path[0] != OF_MACS
    ]
    homes = {m.path[:-1] for m in near if m.path[-1] in names}
    if () in homes:
        homes = {()}
    if len(homes) > 1:
        raise ArchiveError("folders", ", ".join(sorted(shown(home[0]) for home in homes)))
    found: dict[str, Member] = {}
    for member in near:
        if member.path[:-1] not in homes:
            continue
        twin = found.setdefault(folded(member.path[-1]), member)
        if twin is not member:
            raise ArchiveError("twice", f"{shown(twin.path[-1])}, {shown(member.path[-1])}")
    return {member.path[-1]: member for member in found.values() if member.path[-1] in names}


def _is_zip(file: BinaryIO) -> bool:
    file.seek(0)
    return file.read(len(MAGIC)) == MAGIC
