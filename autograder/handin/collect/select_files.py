"""The files of a hand-in that belong to an assignment, selected by name or as the only match."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from autograder.handin.archive import DEFAULT_LIMITS, ArchiveError, Member, content_of, stem_of
from autograder.handin.collect.attempt import SECRET_FILE
from autograder.handin.collect.source_tree import TreeEntry
from autograder.handin.filenames import choose_names, is_word, match_name, match_suffix
from autograder.handin.intake.archive_source import ArchiveFiles, find_files
from autograder.handin.intake.file_source import size_text
from autograder.model import Assignment, Course

# A number that an LMS or a browser adds; no remark is due for it.
ADDED_NUMBER = re.compile(r"(?: ?\(\d+\)|-\d+)(?=\.[^.]+$)")
MAX_SECRET_BYTES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectedFiles:
    """The files of a hand-in that are kept: the assignment's, or an archive as it is."""

    files: Mapping[str, bytes]
    renamed: str = ""  # the original name of the code file, if it is not the declared one
    remarks: tuple[str, ...] = ()  # what the instructor should know


class UnusableHandIn(Exception):
    """Raised for a hand-in without a file of the assignment; says what was found and expected."""


def assignments_of(files: Mapping[str, TreeEntry], course: Course) -> list[str]:
    """Return the assignments whose code is among the files, or packed in one of them."""
    archives = [name for name in files if stem_of(name)]
    by_code = [a.id for a in course.assignments if _has_code(files, a)]
    if by_code:
        return by_code
    by_archive_name = [
        assignment.id
        for assignment in course.assignments
        if any(is_word(stem_of(name), assignment.id) for name in archives)
    ]
    if by_archive_name:
        return by_archive_name
    return [
        assignment.id
        for assignment in course.assignments
        if any(_unpack(files[name], assignment) for name in archives)
    ]


def holds_code(files: Mapping[str, TreeEntry], course: Course) -> bool:
    """Return whether the code of some assignment is among the files, unpacked."""
    return any(_has_code(files, assignment) for assignment in course.assignments)


def select_files(files: Mapping[str, TreeEntry], assignment: Assignment) -> SelectedFiles:
    """Select the files that are kept; UnusableHandIn if none of them is the assignment's code."""
    remarks: list[str] = []
    by_declared_name = _select_by_name(files, assignment, remarks)
    kept = {declared: files[name] for declared, name in by_declared_name.items()}
    renamed = ""
    code_names = [name for name in assignment.source_names if name in kept]
    if code_names:
        original = by_declared_name[code_names[0]]
        renamed = original if ADDED_NUMBER.sub("", original) != code_names[0] else ""
    else:
        name = _only_match(files, by_declared_name, assignment)
        stem = stem_of(name)
        if stem:
            archive_name = assignment.id + name[len(stem) :].lower()
            kept = _unpack(files[name], assignment) or {archive_name: files[name]}
        else:
            renamed = name
            kept[match_suffix(name, assignment.source_names)] = files[name]
    if SECRET_FILE in files:
        kept[SECRET_FILE] = files[SECRET_FILE]
    contents = _read_kept(kept, assignment, remarks)
    return SelectedFiles(files=contents, renamed=renamed, remarks=tuple(remarks))


def is_untouched(files: Mapping[str, TreeEntry], assignment: Assignment) -> bool:
    """Return whether the code is the stub that students received, unchanged."""
    released = assignment.root.parent.parent / "release" / assignment.id
    for name in assignment.source_names:
        if name not in files:
            continue
        for stub in (assignment.root / name, released / name):
            if stub.is_file() and files[name].content(DEFAULT_LIMITS.archive) == stub.read_bytes():
                return True
    return False


def _has_code(files: Mapping[str, TreeEntry], assignment: Assignment) -> bool:
    return any(match_name(name, assignment.source_names) for name in files)


def _select_by_name(
    files: Mapping[str, TreeEntry], assignment: Assignment, remarks: list[str]
) -> dict[str, str]:
    """Return the names of the assignment's files by declared name.

    Raises UnusableHandIn if two files may each be the code.
    """
    by_declared_name: dict[str, str] = {}
    for declared in assignment.files:
        choice = choose_names(files, declared.names)
        by_declared_name.update(choice.taken)
        for name, candidates in choice.unclear.items():
            problem = f"{' and '.join(candidates)} may each be {name}, and none is taken"
            if declared is assignment.files[0] and not choice.taken:
                raise UnusableHandIn(f"{problem}; name one {name}")
            remarks.append(problem)
    for name in sorted(files):
        taken = by_declared_name.get(match_name(name, assignment.declared_names), name)
        if name != taken:
            remarks.append(f"{name} and {taken} are both there; {taken} was taken")
    return by_declared_name


def _only_match(
    files: Mapping[str, TreeEntry], selected: Mapping[str, str], assignment: Assignment
) -> str:
    """Return the only archive, or else the only file of the right kind.

    Raises UnusableHandIn if there is none.
    """
    others = [
        name
        for name, entry in files.items()
        if name not in selected.values() and entry.kind == "file"
    ]
    archives = [name for name in others if stem_of(name)]
    if len(archives) == 1:
        return archives[0]
    code = list(choose_names(others, assignment.source_names, alone=True).taken.values())
    if len(code) == 1:
        return code[0]
    expected = " or ".join(assignment.source_names)
    raise UnusableHandIn(
        f"holds {', '.join(sorted(files)) or 'no file'}; expected {expected} for {assignment.id}"
    )


def _read_kept(
    kept: Mapping[str, TreeEntry], assignment: Assignment, remarks: list[str]
) -> dict[str, bytes]:
    """Read the files; of one above its limit so many bytes that grading sees it is too large."""
    limits = {name: declared.max_bytes for declared in assignment.files for name in declared.names}
    limits[SECRET_FILE] = MAX_SECRET_BYTES
    contents = {}
    for name, entry in sorted(kept.items()):
        max_bytes = limits.get(name, DEFAULT_LIMITS.archive)
        if entry.kind != "file":
            remarks.append(f"{entry.name} is a {entry.kind}, and not taken")
            continue
        try:
            contents[name] = entry.content(max_bytes)
        except (ArchiveError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            remarks.append(f"{entry.name} cannot be read ({reason}), and is not taken")
            continue
        if len(contents[name]) > max_bytes:
            remarks.append(
                f"{entry.name} has more than {size_text(max_bytes)}, and is kept cut off"
            )
    if not contents.keys() - {SECRET_FILE}:
        raise UnusableHandIn("; ".join(remarks))
    return contents


def _unpack(archive: TreeEntry, assignment: Assignment) -> dict[str, TreeEntry]:
    """Return the assignment's files in an archive.

    Empty if it has none, or cannot be read; grading tells the student the reason.
    """
    try:
        found = find_files(io.BytesIO(archive.content(DEFAULT_LIMITS.archive)), assignment)
    except (ArchiveError, OSError):
        return {}
    members = _members_by_declared_name(found, assignment)
    if not members.keys() & set(assignment.source_names):
        return {}
    entries = {}
    for name, member in members.items():
        content = partial(content_of, found.file, member)
        entries[name] = TreeEntry(path=(name,), kind=member.kind, content=content)
    return entries


def _members_by_declared_name(found: ArchiveFiles, assignment: Assignment) -> dict[str, Member]:
    """Return the members of an archive whose names match, by declared name."""
    members = dict(found.members)
    for declared in assignment.files:
        if not set(declared.names) & members.keys():
            taken = choose_names(found.others, declared.names).taken
            members.update({name: found.others[original] for name, original in taken.items()})
    return members
