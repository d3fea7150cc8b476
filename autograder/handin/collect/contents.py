"""Which files of a hand-in are the assignment's: by their names, or the one that can only be meant."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from autograder.handin.archive import BOUNDS, ArchiveError, Member, content_of, stem_of
from autograder.handin.collect.attempt import SECRET
from autograder.handin.collect.tree import Entry
from autograder.handin.filenames import choose_names, is_word, kind_of, meant
from autograder.handin.intake.archive_files import Found, find_in
from autograder.handin.intake.source import size_text
from autograder.model import Assignment, Course

NUMBERED = re.compile(
    r"(?: ?\(\d+\)|-\d+)(?=\.[^.]+$)"
)  # by an LMS or a browser, as a matter of course
LONGEST_SECRET = 1000  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The files of a hand-in as they are kept: the assignment's, or an archive that only grading
    can explain.
    """

    files: Mapping[str, bytes]
    renamed: str = ""  # what its code was called, where that is not the declared name
    remarks: tuple[str, ...] = ()  # what a person should know


class Unusable(Exception):
    """Raised where nothing of a hand-in is the assignment's; says what is there, and what was
    expected.
    """


def assignments_of(files: Mapping[str, Entry], course: Course) -> list[str]:
    """The assignments whose code is among the files, or packed in one of them."""
    packed = [name for name in files if stem_of(name)]
    looks: tuple[Callable[[Assignment], bool], ...] = (
        lambda a: any(meant(name, a.source_names) for name in files),
        lambda a: any(is_word(stem_of(name), a.id) for name in packed),
        lambda a: any(_unpacked(files[name], a) for name in packed),
    )
    found = ([a.id for a in course.assignments if look(a)] for look in looks)
    return next((ids for ids in found if ids), [])


def holds_code(files: Mapping[str, Entry], course: Course) -> bool:
    """Whether some assignment's code is among the files, not packed."""
    return any(meant(name, a.source_names) for a in course.assignments for name in files)


def contents_of(files: Mapping[str, Entry], assignment: Assignment) -> Contents:
    """What is kept of a hand-in's files; Unusable where none of them is its code."""
    remarks: list[str] = []
    by_name = _named(files, assignment, remarks)
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
            kept[kind_of(name, assignment.source_names)] = files[name]
    else:
        original = next(name for name in assignment.source_names if name in kept)
        renamed = by_name[original] if NUMBERED.sub("", by_name[original]) != original else ""
    if SECRET in files:
        kept[SECRET] = files[SECRET]
    return Contents(files=_read(kept, assignment, remarks), renamed=renamed, remarks=tuple(remarks))


def _named(
    files: Mapping[str, Entry], assignment: Assignment, remarks: list[str]
) -> dict[str, str]:
    """The files whose names tell what they are, by declared name; Unusable where the code may be
    either of two.
    """
    by_name: dict[str, str] = {}
    for declared in assignment.files:
        choice = choose_names(files, declared.names)
        by_name.update(choice.taken)
        for original, names in choice.unclear.items():
            told = f"{' and '.join(names)} may each be {original}, and none is taken"
            if declared is assignment.files[0] and not choice.taken:
                raise Unusable(f"{told}; name one {original}")
            remarks.append(told)
    for name in sorted(files):
        original = meant(name, assignment.declared_names)
        if original in by_name and name != by_name[original]:
            remarks.append(
                f"{name} and {by_name[original]} are both there; {by_name[original]} was taken"
            )
    return by_name


def is_untouched(files: Mapping[str, Entry], assignment: Assignment) -> bool:
    """Whether the code is the very stub that was handed out."""
    released = assignment.root.parent.parent / "release" / assignment.id
    for name in assignment.source_names:
        for stub in (assignment.root / name, released / name):
            if (
                name in files
                and stub.is_file()
                and files[name].content(BOUNDS.archive) == stub.read_bytes()
            ):
                return True
    return False


def _the_one(files: Mapping[str, Entry], named: Mapping[str, str], assignment: Assignment) -> str:
    """The archive, or else the file of the right kind, that is alone of its kind; Unusable where
    there is none.
    """
    others = [
        name for name, entry in files.items() if name not in named.values() and entry.kind == "file"
    ]
    archives = [name for name in others if stem_of(name)]
    if len(archives) == 1:
        return archives[0]
    code = list(choose_names(others, assignment.source_names, alone=True).taken.values())
    if len(code) == 1:
        return code[0]
    expected = " or ".join(assignment.source_names)
    raise Unusable(
        f"holds {', '.join(sorted(files)) or 'no file'}; expected {expected} for {assignment.id}"
    )


def _read(
    kept: Mapping[str, Entry], assignment: Assignment, remarks: list[str]
) -> dict[str, bytes]:
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


def _unpacked(archive: Entry, assignment: Assignment) -> dict[str, Entry]:
    """The assignment's files in an archive; nothing where it has none, or is for grading to
    explain.
    """
    try:
        found = find_in(io.BytesIO(archive.content(BOUNDS.archive)), assignment)
    except (ArchiveError, OSError):
        return {}
    members = _members(found, assignment)
    if not members.keys() & set(assignment.source_names):
        return {}
    return {
        name: Entry(path=(name,), kind=member.kind, content=partial(content_of, found.file, member))
        for name, member in members.items()
    }


def _members(found: Found, assignment: Assignment) -> dict[str, Member]:
    """The members of an archive whose names tell what they are, by declared name."""
    members = dict(found.members)
    for declared in assignment.files:
        if not set(declared.names) & members.keys():
            taken = choose_names(found.others, declared.names).taken
            members.update({name: found.others[there] for name, there in taken.items()})
    return members
