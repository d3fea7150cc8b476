"""Which files of a hand-in are the assignment's: by their names, or the one that can only be meant."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

from autograder.archive import BOUNDS, ArchiveError, choose, content_of, members_of, stem_of
from autograder.collect.attempt import SECRET
from autograder.collect.tree import Entry
from autograder.intake.source import size_text
from autograder.model import Assignment, Course

COPY = re.compile(r"(?: ?\(\d+\)|-\d+)(?=\.[^.]+$)")  # what LMSs and browsers add to a name: x-1.py, x (1).py

LONGEST_SECRET = 1000  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The files of a hand-in as they are kept: the assignment's, or an archive that only grading can explain."""

    files: Mapping[str, bytes]
    renamed: str = ""  # what its code was called, where that is not the declared name
    remarks: tuple[str, ...] = ()  # what a person should know


class Unusable(Exception):
    """Raised where nothing of a hand-in is the assignment's; says what is there, and what was expected."""


def assignments_of(files: Mapping[str, Entry], course: Course) -> list[str]:
    """The assignments whose code is among the files, or packed in one of them."""
    packed = [name for name in files if stem_of(name)]
    looks: tuple[Callable[[Assignment], bool], ...] = (
        lambda a: any(_original(name, a) in a.source_names for name in files),
        lambda a: any(stem_of(COPY.sub("", name)) == a.id for name in packed),
        lambda a: any(_unpacked(files[name], a) for name in packed),
    )
    found = ([a.id for a in course.assignments if look(a)] for look in looks)
    return next((ids for ids in found if ids), [])


def holds_code(files: Mapping[str, Entry], course: Course) -> bool:
    """Whether some assignment's code is among the files, not packed."""
    return any(_original(name, a) in a.source_names for a in course.assignments for name in files)


def contents_of(files: Mapping[str, Entry], assignment: Assignment) -> Contents:
    """What is kept of a hand-in's files; Unusable where none of them is its code."""
    remarks: list[str] = []
    by_name: dict[str, str] = {}
    for name in sorted(files, key=lambda n: (_original(n, assignment) != n, n)):  # exact names first
        original = _original(name, assignment)
        if original and original in by_name:
            remarks.append(f"{name} and {by_name[original]} are both there; {by_name[original]} was taken")
        elif original:
            by_name[original] = name
    kept = {original: files[name] for original, name in by_name.items()}
    renamed = ""
    if not kept.keys() & set(assignment.source_names):
        name = _the_one(files, by_name, assignment)
        if stem_of(name):
            kept = _unpacked(files[name], assignment) or {
                assignment.id + name[len(stem_of(name)) :].lower(): files[name]
            }
        else:
            renamed = name
            kept[_source_name(name, assignment)] = files[name]
    if SECRET in files:
        kept[SECRET] = files[SECRET]
    return Contents(files=_read(kept, assignment, remarks), renamed=renamed, remarks=tuple(remarks))


def is_untouched(files: Mapping[str, Entry], assignment: Assignment) -> bool:
    """Whether the code is the very stub that was handed out."""
    released = assignment.root.parent.parent / "release" / assignment.id
    for name in assignment.source_names:
        for stub in (assignment.root / name, released / name):
            if name in files and stub.is_file() and files[name].content(BOUNDS.archive) == stub.read_bytes():
                return True
    return False


def _the_one(files: Mapping[str, Entry], named: Mapping[str, str], assignment: Assignment) -> str:
    """The archive, or else the file of the right kind, that is alone of its kind; Unusable where there is none."""
    others = [name for name, entry in files.items() if name not in named.values() and entry.kind == "file"]
    archives = [name for name in others if stem_of(name)]
    for candidates in (archives, [name for name in others if _source_name(name, assignment)]):
        if len(candidates) == 1:
            return candidates[0]
    expected = " or ".join(assignment.source_names)
    raise Unusable(f"holds {', '.join(sorted(files)) or 'no file'}; expected {expected} for {assignment.id}")


def _read(kept: Mapping[str, Entry], assignment: Assignment, remarks: list[str]) -> dict[str, bytes]:
    """The bytes; of a file above its limit only so many that grading sees it is too large."""
    limits = {name: declared.max_bytes for declared in assignment.files for name in declared.names}
    limits[SECRET] = LONGEST_SECRET
    found = {}
    for name, entry in sorted(kept.items()):
        most = limits.get(name, BOUNDS.archive)
        if entry.kind != "file":
            remarks.append(f"{entry.name} is a {entry.kind}, and not taken")
            continue
        try:
            found[name] = entry.content(most)
        except (ArchiveError, OSError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            remarks.append(f"{entry.name} cannot be read ({why}), and is not taken")
            continue
        if len(found[name]) > most:
            remarks.append(f"{entry.name} has more than {size_text(most)}, and is kept cut off")
    if not found.keys() - {SECRET}:
        raise Unusable("; ".join(remarks))
    return found


def _original(name: str, assignment: Assignment) -> str:
    """The declared name that a file has, or had before an LMS or a browser numbered it; empty: none."""
    return next((n for n in (name, COPY.sub("", name)) if n in assignment.declared_names), "")


def _source_name(name: str, assignment: Assignment) -> str:
    """The declared name of code with this suffix."""
    suffix = PurePath(name).suffix.lower()
    return next((n for n in assignment.source_names if PurePath(n).suffix == suffix), "")


def _unpacked(archive: Entry, assignment: Assignment) -> dict[str, Entry]:
    """The assignment's files in an archive; nothing where it has none, or is for grading to explain."""
    try:
        packed = io.BytesIO(archive.content(BOUNDS.archive))
        members = choose(members_of(packed), assignment.declared_names)
    except (ArchiveError, OSError):
        return {}
    if not members.keys() & set(assignment.source_names):
        return {}
    return {
        name: Entry(path=(name,), kind=member.kind, content=partial(content_of, packed, member))
        for name, member in members.items()
    }
