"""Which hand-ins there are below a folder of submissions, and what there cannot be used."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import CourseError
from autograder.handin.archive import folded, stem_of
from autograder.handin.collect.ledger import FILE as COLLECTED
from autograder.handin.filenames import is_word
from autograder.handin.intake.source import HandIn, kept_name
from autograder.model import Assignment, Course
from autograder.scoring.overrides import MARKS_FILE
from autograder.text.suggestions import did_you_mean, nearest

NAME_BYTES = 200  # of a student's folder name: reports are named after it
UNREAD = (".rar", ".7z", ".xz", ".bz2")  # archives that are not read here
MOST = 20  # complaints about what one student's folder holds
OF_TOOLS = {
    ".attempts",
    ".git",
    ".idea",
    ".ipynb_checkpoints",
    ".vscode",
}  # no student is called so


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What was found below a folder of submissions, and what could not be used, one line each."""

    hand_ins: tuple[HandIn, ...]
    complaints: tuple[str, ...]
    is_class: bool = True  # False: one student's own file or folder, in which nothing is ours
    handed_in: Mapping[str, frozenset[str]] = field(
        default_factory=dict
    )  # all of the class, usable or not


def collect(
    submitted: Path, course: Course, assignments: tuple[str, ...], students: tuple[str, ...]
) -> Collection:
    """Find `<student>/<assignment>` below `submitted`, or take one file, archive or folder for one
    assignment.

    CourseError where no such student is there.
    """
    if _is_file(submitted) or any(
        _is_hand_in(submitted, course.assignment(id)) for id in assignments
    ):
        return _collect_one(submitted, course, assignments, students)
    complaints: list[str] = []
    hand_ins: list[HandIn] = []
    everybody = _entries(submitted, "the folder of a student", complaints)
    _require_known(students, submitted)
    folders = [p for p in everybody if not students or p.name in students]
    for folder in _distinct(folders, complaints):
        of_one: list[str] = []  # a student may fill a folder with anything
        mine = _of_student(folder, course, of_one)
        hand_ins += [h for h in mine if not assignments or h.assignment in assignments]
        complaints += of_one[:MOST]
        if len(of_one) > MOST:
            complaints.append(f"{folder}: {len(of_one) - MOST} more entries that cannot be used")
    complaints += _left_out(submitted)
    if not hand_ins and (own := _works_in(submitted, course)):
        complaints = [
            f"{escaped(submitted)}: one student's folder, with {own}; {_how_to_grade(submitted)}"
        ]
    if not hand_ins and not complaints:
        complaints.append(f"{submitted}: no submissions; expected <student>/<assignment>/<files>")
    handed_in = {folder.name: _present_in(folder, course) for folder in everybody}
    return Collection(hand_ins=tuple(hand_ins), complaints=tuple(complaints), handed_in=handed_in)


def _require_known(students: tuple[str, ...], submitted: Path) -> None:
    """CourseError with a near miss for each student who has no folder in what was handed in."""
    known = [path.name for path in _listed(submitted) if not path.name.startswith(".")]
    unknown = [student for student in students if student not in known]
    if unknown:
        where = escaped(submitted)
        raise CourseError(*(f"{where}: no student '{s}'{did_you_mean(s, known)}" for s in unknown))


def _present_in(folder: Path, course: Course) -> frozenset[str]:
    """The assignments for which a student's folder holds anything, be it misplaced, misspelt or not
    usable.
    """
    known = [a.id for a in course.assignments]
    homes = {name: a.id for a in course.assignments for name in a.declared_names}
    names = [path.name for path in _listed(folder) if not path.name.startswith(".")]
    found = (homes.get(name) or nearest(stem_of(name) or Path(name).stem, known) for name in names)
    return frozenset(id for id in found if id)


def _left_out(submitted: Path) -> list[str]:
    """A line on the folders whose names begin with a dot, if there are any: one may be a student's."""
    hidden = [
        p
        for p in _listed(submitted)
        if p.name.startswith(".") and p.name not in OF_TOOLS and _is_folder(p)
    ]
    names = ", ".join(escaped(Path(path.name)) for path in hidden)
    complaint = f"{escaped(submitted)}: left out, for they begin with a dot: {names}; rename those of students"
    return [complaint] if hidden else []


def _works_in(folder: Path, course: Course) -> str:
    """The assignments that a folder holds directly, as a student's does."""
    packed = {stem_of(path.name) for path in _listed(folder)}
    return ", ".join(
        a.id for a in course.assignments if a.id in packed or _is_hand_in(folder / a.id, a)
    )


def _how_to_grade(folder: Path) -> str:
    """How one student of a class is graded."""
    whole = folder.resolve()
    student = shlex.quote(escaped(Path(whole.name)))
    return f"grade the class's folder, {escaped(whole.parent)}, with --student {student}"


def _of_student(folder: Path, course: Course, complaints: list[str]) -> list[HandIn]:
    """A student's hand-ins, each a folder or an archive; of two for one assignment neither is
    taken.
    """
    known = [a.id for a in course.assignments]
    by_id: dict[str, list[Path]] = {}
    for path in _entries(
        folder, "the folder or archive of an assignment", complaints, archives=True
    ):
        is_archive = bool(stem_of(path.name)) and path.name not in known
        name = stem_of(path.name) if is_archive and not _is_folder(path) else path.name
        id = name if name in known else next((id for id in known if is_word(name, id)), name)
        if id in known:
            by_id.setdefault(id, []).append(path)
        else:
            complaints.append(
                f"{path}: no assignment '{id}' in the course; expected one of {', '.join(known)}"
            )
    for id, paths in by_id.items():
        if len(paths) > 1:
            names = ", ".join(path.name for path in paths)
            complaints.append(f"{folder}: {id} was handed in more than once: {names}; keep one")
    return [
        HandIn(student=folder.name, assignment=id, path=p[0])
        for id, p in by_id.items()
        if len(p) == 1
    ]


def _is_hand_in(folder: Path, assignment: Assignment) -> bool:
    return any(_is_file(folder / name) for name in assignment.source_names)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder on the way is closed to us
        return False


def _is_folder(path: Path) -> bool:
    return stat.S_ISDIR(path.lstat().st_mode)


def _collect_one(
    path: Path, course: Course, assignments: tuple[str, ...], students: tuple[str, ...]
) -> Collection:
    student = students[0] if students else stem_of(path.name) or path.stem
    complaint = ""
    if len(assignments) != 1 or len(students) > 1:
        complaint = f"{path}: for one file or folder, name its assignment: --assignment ID (and one --student)"
    elif path.is_file() and not (
        kept_name(path.name, course.assignment(assignments[0])) or stem_of(path.name)
    ):
        names = " or ".join(course.assignment(assignments[0]).source_names)
        complaint = f"{path}: cannot be handed in for {assignments[0]}; expected {names}"
    elif not is_usable(student):
        complaint = (
            f"{path}: '{ascii(student)[1:-1]}' cannot be a student's name; name one with --student"
        )
    if complaint:
        return Collection(hand_ins=(), complaints=(complaint,), is_class=False)
    hand_in = HandIn(
        student=student, assignment=assignments[0], path=path.resolve() if path.is_dir() else path
    )
    return Collection(hand_ins=(hand_in,), complaints=(), is_class=False)


def _entries(
    folder: Path, expected: str, complaints: list[str], *, archives: bool = False
) -> list[Path]:
    """The folders below `folder`, and archives where asked for; all else but hidden files is
    complained of.
    """
    found = []
    for path in _listed(folder, complaints):
        if path.name.startswith(".") or (path.name in (MARKS_FILE, COLLECTED) and not archives):
            continue
        try:
            mode = path.lstat().st_mode
        except OSError as error:
            complaints.append(f"{escaped(path)}: cannot be read: {error.strerror}")
            continue
        is_wanted = stat.S_ISDIR(mode) or (archives and stat.S_ISREG(mode) and stem_of(path.name))
        if stat.S_ISLNK(mode):
            complaints.append(f"{escaped(path)}: a link; expected {expected} itself")
        elif not is_wanted:
            remedy = "; pack it as .zip or .tar.gz" if path.suffix.lower() in UNREAD else ""
            complaints.append(f"{escaped(path)}: a file; expected {expected}{remedy}")
        elif not is_usable(path.name):
            complaints.append(
                f"{escaped(path)}: not a usable name; at most {NAME_BYTES} printable bytes"
            )
        else:
            found.append(path)
    return found


def _listed(folder: Path, complaints: list[str] | None = None) -> list[Path]:
    """What lies in `folder`; nothing, and a complaint where they are kept, if it cannot be read."""
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        if complaints is not None:
            complaints.append(f"{escaped(folder)}: cannot be read: {error.strerror}")
        return []


def is_usable(name: str) -> bool:
    """Whether reports can be named so."""
    is_plain = name.isprintable() and "/" not in name and not name.startswith(".")
    return is_plain and 0 < len(os.fsencode(name)) <= NAME_BYTES


def _distinct(folders: list[Path], complaints: list[str]) -> list[Path]:
    """The folders less those that some file systems could not tell apart: whose marks would be
    whose?
    """
    by_key: dict[str, list[Path]] = {}
    for folder in folders:
        by_key.setdefault(folded(folder.name), []).append(folder)
    for twins in by_key.values():
        if len(twins) > 1:
            names = ", ".join(f"'{t.name}'" for t in twins)
            complaints.append(
                f"{twins[0].parent}: duplicate student {names}: the same name twice; rename one"
            )
    return [twins[0] for twins in by_key.values() if len(twins) == 1]


def escaped(path: Path) -> str:
    """A path that is safe to print."""
    return ascii(str(path))[1:-1] if not str(path).isprintable() else str(path)
