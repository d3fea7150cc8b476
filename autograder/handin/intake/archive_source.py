"""Declared files in an archive, or in the only archive inside it, found by their names."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from autograder.handin.archive import (
    DEFAULT_LIMITS,
    MACOS_FOLDER,
    ArchiveError,
    Member,
    content_of,
    members_of,
    select_members,
    stem_of,
)
from autograder.handin.archive.member import printable_name
from autograder.handin.filenames import MACOS_PREFIX, match_name, match_suffix
from autograder.handin.intake.file_source import RefusedFile, size_text, too_large
from autograder.model import Assignment, DeclaredFile

REFUSAL_BY_KIND = {"folder": "file_directory", "link": "file_link", "special": "file_special"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFiles:
    """The files of an archive that matter for an assignment."""

    file: BinaryIO  # the archive with the members; the inner one if that was opened
    members: dict[str, Member]  # by declared name, exactly spelled
    others: dict[str, Member] = field(default_factory=dict)  # files beside them, by own name
    inner: str = ""  # the name of the inner archive, if that was opened


def find_files(file: BinaryIO, assignment: Assignment) -> ArchiveFiles:
    """Return the files for an assignment in an archive, or in the only archive inside it.

    Raises ArchiveError as `select_members` does.
    """
    members = members_of(file)
    found = _find_in_members(file, members, assignment)
    declared_names = assignment.declared_names
    if found.members or any(match_name(name, declared_names) for name in found.others):
        return found
    inner_archives = [
        member
        for member in members
        if member.kind == "file" and stem_of(member.path[-1]) and _is_students(member)
    ]
    if len(inner_archives) != 1 or inner_archives[0].size > DEFAULT_LIMITS.archive:
        return found
    inner = inner_archives[0]
    inner_file = io.BytesIO(content_of(file, inner, DEFAULT_LIMITS.archive))
    inner_found = _find_in_members(inner_file, members_of(inner_file), assignment)
    if not inner_found.members and not inner_found.others:
        return found
    return ArchiveFiles(
        file=inner_file,
        members=inner_found.members,
        others=inner_found.others,
        inner=inner.path[-1],
    )


def _find_in_members(
    file: BinaryIO, members: Sequence[Member], assignment: Assignment
) -> ArchiveFiles:
    """Return the declared members and the files beside them.

    If no name is exact, the folder with similar names counts, else the one with the right kind of
    file. Raises ArchiveError if similar names are in several folders.
    """
    exact = select_members(members, assignment.declared_names)
    files = [
        member
        for member in members
        if member.kind == "file" and len(member.path) in (1, 2) and _is_students(member)
    ]
    folders = {member.path[:-1] for member in exact.values()}
    if not folders:
        folders = _folders_of(files, lambda name: match_name(name, assignment.declared_names))
    if len(folders) > 1:
        listed = sorted(printable_name(folder[0]) for folder in folders)
        raise ArchiveError("folders", ", ".join(listed))
    if not folders:
        folders = _folders_of(files, lambda name: match_suffix(name, assignment.source_names))
    beside = [member for member in files if folders == {member.path[:-1]}]
    count = Counter(member.path[-1] for member in beside)
    others = {member.path[-1]: member for member in beside if count[member.path[-1]] == 1}
    return ArchiveFiles(file=file, members=exact, others=others)


def _folders_of(members: Sequence[Member], match: Callable[[str], str]) -> set[tuple[str, ...]]:
    """Return the folders with files whose names match; only the top if it has any."""
    folders = {member.path[:-1] for member in members if match(member.path[-1])}
    return {()} if () in folders else folders


def _is_students(member: Member) -> bool:
    """Return whether a member is the student's, not macOS metadata."""
    return member.path[0] != MACOS_FOLDER and not member.path[-1].startswith(MACOS_PREFIX)


class ArchiveSource:
    """An archive from which declared names are read, in memory."""

    is_whole = True

    def __init__(self, name: str, file: BinaryIO, assignment: Assignment) -> None:
        try:
            self.found = find_files(file, assignment)
        except ArchiveError as error:
            raise _refusal(name, error) from None
        self.remarks: Sequence[RefusedFile] = ()
        if self.found.inner:
            inner = printable_name(self.found.inner)
            self.remarks = (RefusedFile("archive_inner", name=name, what=inner),)

    def display_name(self, name: str) -> str:
        """Return the name itself."""
        return name

    def present(self, declared: DeclaredFile) -> list[str]:
        """Return the declared names that are in the archive."""
        return [name for name in declared.names if name in self.found.members]

    def listed(self) -> Sequence[str]:
        """Return the names of the files in the archive's relevant folder."""
        return list(self.found.others)

    def content(self, name: str, max_bytes: int) -> bytes:
        """Return the bytes of a member that is a regular file."""
        member = self.found.members.get(name) or self.found.others[name]
        if member.kind != "file":
            raise RefusedFile(REFUSAL_BY_KIND[member.kind], name=name)
        content = b""
        if member.size <= max_bytes:
            try:
                content = content_of(self.found.file, member, max_bytes)
            except ArchiveError as error:
                raise _refusal(name, error) from None
        size = max(member.size, len(content))
        if size > max_bytes:
            raise too_large(name, size, max_bytes)
        return content


def _refusal(name: str, error: ArchiveError) -> RefusedFile:
    if error.problem == "unpacked":
        return RefusedFile("archive_unpacked", name=name, most=size_text(DEFAULT_LIMITS.unpacked))
    return RefusedFile(
        f"archive_{error.problem}",
        name=name,
        what=error.detail,
        most=size_text(DEFAULT_LIMITS.archive),
    )
