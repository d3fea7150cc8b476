"""Declared files in an archive: chosen by their names, in it or in the one archive that it holds."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from autograder.handin.archive import (
    BOUNDS,
    OF_MACS,
    ArchiveError,
    Member,
    choose,
    content_of,
    members_of,
    stem_of,
)
from autograder.handin.filenames import OF_MACS as SHADOW
from autograder.handin.filenames import kind_of, meant
from autograder.handin.intake.source import Refused, size_text, too_large
from autograder.model import Assignment, DeclaredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an archive holds for an assignment."""

    file: BinaryIO  # the archive that has the members: the one inside, where that was opened
    members: dict[str, Member]  # by declared name, exactly spelled
    others: dict[str, Member] = field(
        default_factory=dict
    )  # the files beside them, by their own names
    inner: str = ""  # the name of the archive inside, where that was opened


def find_in(file: BinaryIO, assignment: Assignment) -> Found:
    """What an archive holds for an assignment, or the one archive in it; ArchiveError as for
    `choose`.
    """
    members = members_of(file)
    found = _find(file, members, assignment)
    if found.members or any(meant(name, assignment.declared_names) for name in found.others):
        return found
    inner = [m for m in members if m.kind == "file" and stem_of(m.path[-1]) and _is_students(m)]
    if len(inner) != 1 or inner[0].size > BOUNDS.archive:
        return found
    content = io.BytesIO(content_of(file, inner[0], BOUNDS.archive))
    below = _find(content, members_of(content), assignment)
    if not below.members and not below.others:
        return found
    return Found(file=content, members=below.members, others=below.others, inner=inner[0].path[-1])


def _find(file: BinaryIO, members: Sequence[Member], assignment: Assignment) -> Found:
    """The declared members and the files beside them; where none is spelled so, those of a like
    name or kind.

    ArchiveError where files of like names lie in several folders.
    """
    exact = choose(members, assignment.declared_names)
    near = [m for m in members if m.kind == "file" and len(m.path) in (1, 2) and _is_students(m)]
    homes = {member.path[:-1] for member in exact.values()}
    homes = homes or _homes(near, lambda name: bool(meant(name, assignment.declared_names)))
    if len(homes) > 1:
        raise ArchiveError(
            "folders", ", ".join(sorted(ascii(home[0][:60])[1:-1] for home in homes))
        )
    homes = homes or _homes(near, lambda name: bool(kind_of(name, assignment.source_names)))
    beside = [member for member in near if homes == {member.path[:-1]}]
    count = Counter(member.path[-1] for member in beside)
    return Found(
        file=file, members=exact, others={m.path[-1]: m for m in beside if count[m.path[-1]] == 1}
    )


def _homes(members: Sequence[Member], is_like: Callable[[str], bool]) -> set[tuple[str, ...]]:
    """The folders with files of such names; the top alone where it has any."""
    homes = {member.path[:-1] for member in members if is_like(member.path[-1])}
    return {()} if () in homes else homes


def _is_students(member: Member) -> bool:
    return member.path[0] != OF_MACS and not member.path[-1].startswith(SHADOW)


class Packed:
    """An archive: declared names are read out of it, in memory."""

    is_whole = True

    def __init__(self, name: str, file: BinaryIO, assignment: Assignment) -> None:
        try:
            self.found = find_in(file, assignment)
        except ArchiveError as error:
            raise _refusal(name, error) from None
        inner = self.found.inner
        told = [Refused("archive_inner", name=name, what=ascii(inner[:60])[1:-1])] if inner else []
        self.told: Sequence[Refused] = told

    def shown(self, name: str) -> str:
        """The name itself."""
        return name

    def present(self, declared: DeclaredFile) -> list[str]:
        """The names that are in it."""
        return [name for name in declared.names if name in self.found.members]

    def listed(self) -> Sequence[str]:
        """The names of the files in the folder of it that counts."""
        return list(self.found.others)

    def content(self, name: str, most: int) -> bytes:
        """The bytes of a member that is a regular file."""
        member = self.found.members.get(name) or self.found.others[name]
        if member.kind != "file":
            keys = {"folder": "file_directory", "link": "file_link", "special": "file_special"}
            raise Refused(keys[member.kind], name=name)
        content = self._content(name, member, most) if member.size <= most else b""
        if max(member.size, len(content)) > most:
            raise too_large(name, max(member.size, len(content)), most)
        return content

    def _content(self, name: str, member: Member, most: int) -> bytes:
        try:
            return content_of(self.found.file, member, most)
        except ArchiveError as error:
            raise _refusal(name, error) from None


def _refusal(name: str, error: ArchiveError) -> Refused:
    if error.why == "unpacked":
        return Refused("archive_unpacked", name=name, most=size_text(BOUNDS.unpacked))
    return Refused(
        f"archive_{error.why}", name=name, what=error.what, most=size_text(BOUNDS.archive)
    )
