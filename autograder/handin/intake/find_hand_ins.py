"""The hand-ins below a folder of submissions, and complaints about what cannot be used there."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import CourseError
from autograder.handin.archive import stem_of
from autograder.handin.filenames import is_word
from autograder.handin.intake.file_source import HandIn, declared_code_name
from autograder.handin.intake.folder_entries import (
    is_file,
    is_folder,
    is_usable_name,
    list_folder,
    printable_path,
    usable_entries,
    without_duplicates,
)
from autograder.model import Assignment, Course
from autograder.text.suggestions import did_you_mean, nearest

MAX_COMPLAINTS_PER_STUDENT = 20
TOOL_FOLDERS = {".attempts", ".git", ".idea", ".ipynb_checkpoints", ".vscode"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandInListing:
    """The hand-ins of a folder of submissions, and complaints about the rest, one line each."""

    hand_ins: tuple[HandIn, ...]
    complaints: tuple[str, ...]
    is_class: bool = True  # False: one student's own file or folder
    # By student, the assignments for which anything was handed in, usable or not.
    handed_in: Mapping[str, frozenset[str]] = field(default_factory=dict)


def find_hand_ins(
    submitted: Path, course: Course, assignments: tuple[str, ...], students: tuple[str, ...]
) -> HandInListing:
    """Find `<student>/<assignment>` below `submitted`, or use a single file, archive or folder.

    Empty `assignments` or `students` mean all. Raises CourseError for an unknown student.
    """
    wanted = [course.assignment(assignment_id) for assignment_id in assignments]
    if is_file(submitted) or any(_holds_code(submitted, assignment) for assignment in wanted):
        return _find_single(submitted, course, assignments, students)
    complaints: list[str] = []
    hand_ins: list[HandIn] = []
    all_folders = usable_entries(submitted, "the folder of a student", complaints)
    _require_known(students, submitted)
    folders = [folder for folder in all_folders if not students or folder.name in students]
    for folder in without_duplicates(folders, complaints):
        for hand_in in _find_of_student(folder, course, complaints):
            if not assignments or hand_in.assignment in assignments:
                hand_ins.append(hand_in)
    complaints += _complain_of_hidden_folders(submitted)
    if not hand_ins:
        complaints = _complain_of_no_hand_ins(submitted, course, complaints)
    handed_in = {folder.name: _assignments_present(folder, course) for folder in all_folders}
    return HandInListing(
        hand_ins=tuple(hand_ins), complaints=tuple(complaints), handed_in=handed_in
    )


def _require_known(students: tuple[str, ...], submitted: Path) -> None:
    """Raise CourseError with a suggestion for each student who has no folder."""
    known = [path.name for path in list_folder(submitted) if not path.name.startswith(".")]
    where = printable_path(submitted)
    problems = [
        f"{where}: no student '{student}'{did_you_mean(student, known)}"
        for student in students
        if student not in known
    ]
    if problems:
        raise CourseError(*problems)


def _assignments_present(folder: Path, course: Course) -> frozenset[str]:
    """Return the assignments for which a student's folder holds anything.

    Misplaced, misspelled and unusable entries count.
    """
    known = [assignment.id for assignment in course.assignments]
    assignment_by_file = {
        name: assignment.id
        for assignment in course.assignments
        for name in assignment.declared_names
    }
    found = set()
    for path in list_folder(folder):
        name = path.name
        if name.startswith("."):
            continue
        stem = stem_of(name) or Path(name).stem
        found.add(assignment_by_file.get(name) or nearest(stem, known))
    return frozenset(assignment for assignment in found if assignment)


def _complain_of_hidden_folders(submitted: Path) -> list[str]:
    """Return a complaint about folders whose names begin with a dot: one may be a student's."""
    hidden = [
        printable_path(Path(path.name))
        for path in list_folder(submitted)
        if path.name.startswith(".") and path.name not in TOOL_FOLDERS and is_folder(path)
    ]
    if not hidden:
        return []
    where = printable_path(submitted)
    return [
        f"{where}: left out, for they begin with a dot: {', '.join(hidden)}; "
        "rename those of students"
    ]


def _complain_of_no_hand_ins(submitted: Path, course: Course, complaints: list[str]) -> list[str]:
    """Return the complaints about a folder without hand-ins; it may be a single student's."""
    own = _assignments_at_top(submitted, course)
    if own:
        where = printable_path(submitted)
        return [f"{where}: one student's folder, with {own}; {_single_student_remedy(submitted)}"]
    expected = f"{submitted}: no submissions; expected <student>/<assignment>/<files>"
    return complaints or [expected]


def _assignments_at_top(folder: Path, course: Course) -> str:
    """Return the assignments that a folder holds directly, as a student's folder does."""
    packed = {stem_of(path.name) for path in list_folder(folder)}
    found = [
        assignment.id
        for assignment in course.assignments
        if assignment.id in packed or _holds_code(folder / assignment.id, assignment)
    ]
    return ", ".join(found)


def _single_student_remedy(folder: Path) -> str:
    """Return the advice to grade one student of a class."""
    resolved = folder.resolve()
    student = shlex.quote(printable_path(Path(resolved.name)))
    class_folder = printable_path(resolved.parent)
    return f"grade the class's folder, {class_folder}, with --student {student}"


def _find_of_student(folder: Path, course: Course, complaints: list[str]) -> list[HandIn]:
    """Return a student's hand-ins, each a folder or an archive.

    If an assignment was handed in twice, neither counts.
    """
    own_complaints: list[str] = []
    by_assignment = _group_by_assignment(folder, course, own_complaints)
    hand_ins = []
    for assignment_id, paths in by_assignment.items():
        if len(paths) == 1:
            hand_in = HandIn(student=folder.name, assignment=assignment_id, path=paths[0])
            hand_ins.append(hand_in)
        else:
            names = ", ".join(path.name for path in paths)
            own_complaints.append(
                f"{folder}: {assignment_id} was handed in more than once: {names}; keep one"
            )
    # Limited, because a student may fill a folder with anything.
    complaints += own_complaints[:MAX_COMPLAINTS_PER_STUDENT]
    rest = len(own_complaints) - MAX_COMPLAINTS_PER_STUDENT
    if rest > 0:
        complaints.append(f"{folder}: {rest} more entries that cannot be used")
    return hand_ins


def _group_by_assignment(
    folder: Path, course: Course, complaints: list[str]
) -> dict[str, list[Path]]:
    """Return a student's folders and archives by assignment."""
    known = [assignment.id for assignment in course.assignments]
    by_assignment: dict[str, list[Path]] = {}
    expected = "the folder or archive of an assignment"
    for path in usable_entries(folder, expected, complaints, archives=True):
        name = _name_without_suffix(path, known)
        if name not in known:
            name = next((assignment for assignment in known if is_word(name, assignment)), name)
        if name in known:
            by_assignment.setdefault(name, []).append(path)
        else:
            complaints.append(
                f"{path}: no assignment '{name}' in the course; expected one of {', '.join(known)}"
            )
    return by_assignment


def _name_without_suffix(path: Path, known: list[str]) -> str:
    """Return the stem of an archive; the name of a folder, or an id that looks like an archive."""
    stem = stem_of(path.name)
    if stem and path.name not in known and not is_folder(path):
        return stem
    return path.name


def _holds_code(folder: Path, assignment: Assignment) -> bool:
    return any(is_file(folder / name) for name in assignment.source_names)


def _find_single(
    path: Path, course: Course, assignments: tuple[str, ...], students: tuple[str, ...]
) -> HandInListing:
    """Return the hand-in of a single file, archive or folder, or the complaint about it."""
    student = students[0] if students else stem_of(path.name) or path.stem
    complaint = _single_problem(path, course, assignments, students, student)
    if complaint:
        return HandInListing(hand_ins=(), complaints=(complaint,), is_class=False)
    resolved = path.resolve() if path.is_dir() else path
    hand_in = HandIn(student=student, assignment=assignments[0], path=resolved)
    return HandInListing(hand_ins=(hand_in,), complaints=(), is_class=False)


def _single_problem(
    path: Path,
    course: Course,
    assignments: tuple[str, ...],
    students: tuple[str, ...],
    student: str,
) -> str:
    """Return why a single file or folder cannot be graded; empty if it can."""
    if len(assignments) != 1 or len(students) > 1:
        return (
            f"{path}: for one file or folder, name its assignment: "
            "--assignment ID (and one --student)"
        )
    assignment = course.assignment(assignments[0])
    if path.is_file() and not (declared_code_name(path.name, assignment) or stem_of(path.name)):
        names = " or ".join(assignment.source_names)
        return f"{path}: cannot be handed in for {assignment.id}; expected {names}"
    if not is_usable_name(student):
        printable = ascii(student)[1:-1]
        return f"{path}: '{printable}' cannot be a student's name; name one with --student"
    return ""
