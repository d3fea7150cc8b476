"""Intake: which files were handed in, and their bytes; folders of students are hostile and only ever read."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from autograder.marks import FILE as MARKS
from autograder.model import Assignment, CheckResult, Course, DeclaredFile, Lang, Outcome, Submission
from autograder.texts import say

NAME_BYTES = 200  # of a student's folder name: reports are named after it
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIn:
    """Where a student's files for an assignment lie."""

    student: str
    assignment: str
    path: Path  # a folder, or the one file itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What was found below a folder of submissions, and what could not be used, one line each."""

    hand_ins: tuple[HandIn, ...]
    complaints: tuple[str, ...]
    is_class: bool = True  # False: one student's own file or folder, in which nothing is ours


def collect(
    submitted: Path, course: Course, assignments: tuple[str, ...], students: tuple[str, ...]
) -> Collection:
    """Find `<student>/<assignment>/` below `submitted`, or take one file or folder for one assignment."""
    if _is_file(submitted) or any(_is_hand_in(submitted, course.assignment(id)) for id in assignments):
        return _collect_one(submitted, course, assignments, students)
    complaints: list[str] = []
    hand_ins: list[HandIn] = []
    folders = _entries(submitted, "a student", complaints, beside=MARKS)
    folders = [p for p in folders if not students or p.name in students]
    found = {p.name for p in folders}
    complaints += [f"{submitted}: no student '{s}'" for s in students if s not in found]
    for folder in _distinct(folders, complaints):
        for path in _entries(folder, "an assignment", complaints):
            if path.name not in {a.id for a in course.assignments}:
                known = ", ".join(a.id for a in course.assignments)
                complaints.append(f"{path}: no assignment '{path.name}' in the course; expected one of {known}")
            elif not assignments or path.name in assignments:
                hand_ins.append(HandIn(student=folder.name, assignment=path.name, path=path))
    if not hand_ins and not complaints:
        complaints.append(f"{submitted}: no submissions; expected <student>/<assignment>/<files>")
    return Collection(hand_ins=tuple(hand_ins), complaints=tuple(complaints))


def read(hand_in: HandIn, assignment: Assignment, lang: Lang) -> Submission:
    """The declared files' bytes, by content; whatever is wrong with them is a finding in the student's words."""
    files: dict[str, bytes] = {}
    findings: list[CheckResult] = []
    if _is_file(hand_in.path):
        folder, name = hand_in.path.parent, hand_in.path.name
        kept_as = _kept_name(hand_in.path, assignment)
        _read_into(files, findings, folder, name, assignment.files[0], lang, kept_as)
    else:
        for declared in assignment.files:
            present = [n for n in declared.names if os.path.lexists(hand_in.path / n)]
            if not present and _is_closed(hand_in.path / declared.name):
                present = [declared.name]  # to be complained of as unreadable, for it is not the student's mistake
            if present:
                _read_into(files, findings, hand_in.path, present[0], declared, lang)
            elif declared.required:
                names = ", ".join(declared.names)
                hint = say("findings", "file_missing_hint", lang, names=names)
                findings.append(_finding("file_missing", Outcome.MISSING, lang, hint, name=declared.name))
            if len(present) > 1:
                hint = say("findings", "file_twice_hint", lang, name=present[0])
                findings.append(_finding("file_twice", Outcome.PASSED, lang, hint, names=", ".join(present)))
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{len(name)}:{name}{len(content)}:".encode() + content)
    return Submission(
        student=hand_in.student,
        assignment=assignment.id,
        files=files,
        digest=digest.hexdigest(),
        findings=tuple(findings),
    )


def _kept_name(path: Path, assignment: Assignment) -> str:
    """The declared name that a single file stands for, by its suffix; empty where there is none."""
    return next((name for name in assignment.source_names if Path(name).suffix == path.suffix), "")


def _is_hand_in(folder: Path, assignment: Assignment) -> bool:
    return any(_is_file(folder / name) for name in assignment.source_names)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder on the way is closed to us
        return False


def _is_closed(path: Path) -> bool:
    """Whether we may not even see if it is there."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return False


def _collect_one(
    path: Path, course: Course, assignments: tuple[str, ...], students: tuple[str, ...]
) -> Collection:
    complaint = ""
    if len(assignments) != 1 or len(students) > 1:
        complaint = f"{path}: for one file or folder, name its assignment: --assignment ID (and one --student)"
    elif path.is_file() and not _kept_name(path, course.assignment(assignments[0])):
        names = " or ".join(course.assignment(assignments[0]).source_names)
        complaint = f"{path}: cannot be handed in for {assignments[0]}; expected {names}"
    if complaint:
        return Collection(hand_ins=(), complaints=(complaint,), is_class=False)
    student = students[0] if students else path.stem
    hand_in = HandIn(student=student, assignment=assignments[0], path=path)
    return Collection(hand_ins=(hand_in,), complaints=(), is_class=False)


def _entries(folder: Path, what: str, complaints: list[str], beside: str = "") -> list[Path]:
    """The folders below `folder`, sorted; all but hidden files and the one `beside` is complained of."""
    found = []
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        complaints.append(f"{escaped(folder)}: cannot be read: {error.strerror}")
        return []
    for path in paths:
        if path.name.startswith(".") or path.name == beside:
            continue
        try:
            mode = path.lstat().st_mode
        except OSError as error:
            complaints.append(f"{escaped(path)}: cannot be read: {error.strerror}")
            continue
        if stat.S_ISLNK(mode):
            complaints.append(f"{escaped(path)}: a link; expected the folder of {what} itself")
        elif not stat.S_ISDIR(mode):
            complaints.append(f"{escaped(path)}: a file; expected the folder of {what}")
        elif not path.name.isprintable() or len(os.fsencode(path.name)) > NAME_BYTES:
            complaints.append(f"{escaped(path)}: not a usable name; at most {NAME_BYTES} printable bytes")
        else:
            found.append(path)
    return found


def _distinct(folders: list[Path], complaints: list[str]) -> list[Path]:
    """The folders less those that some file systems could not tell apart: whose marks would be whose?"""
    by_key: dict[str, list[Path]] = {}
    for folder in folders:
        by_key.setdefault(unicodedata.normalize("NFC", folder.name).casefold(), []).append(folder)
    for twins in by_key.values():
        if len(twins) > 1:
            names = ", ".join(f"'{t.name}'" for t in twins)
            complaints.append(f"{twins[0].parent}: duplicate student {names}: the same name twice; rename one")
    return [twins[0] for twins in by_key.values() if len(twins) == 1]


def escaped(path: Path) -> str:
    """A path that is safe to print."""
    return ascii(str(path))[1:-1] if not str(path).isprintable() else str(path)


def _read_into(
    files: dict[str, bytes],
    findings: list[CheckResult],
    folder: Path,
    name: str,
    declared: DeclaredFile,
    lang: Lang,
    kept_as: str = "",
) -> None:
    """Read one file into `files`, or say in `findings` what is wrong with it."""
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):  # ENXIO: a socket
            key = "file_link" if error.errno == errno.ELOOP else "file_special"
            findings.append(_finding(key, Outcome.DENIED, lang, name=name))
        else:  # permissions, a broken disk: not the student's doing, so a person looks at it
            findings.append(_finding("file_unreadable", Outcome.GRADER_ERROR, lang, name=name))
        return
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            key = "file_directory" if stat.S_ISDIR(status.st_mode) else "file_special"
            findings.append(_finding(key, Outcome.DENIED, lang, name=name))
            return
        content = _at_most(descriptor, declared.max_bytes)
    finally:
        os.close(descriptor)
    if len(content) > declared.max_bytes:
        sizes = {"size": _size(status.st_size), "most": _size(declared.max_bytes)}
        findings.append(_finding("file_large", Outcome.DENIED, lang, name=name, **sizes))
    elif not content.strip():
        findings.append(_finding("file_empty", Outcome.MISSING, lang, name=name))
    elif name.endswith((".py", ".ipynb")) and (broken := _not_utf8(content)) is not None:
        hint = say("findings", "file_encoding_hint", lang)
        findings.append(_finding("file_encoding", Outcome.DENIED, lang, hint, name=name, place=broken))
    else:
        files[kept_as or name] = content


def _at_most(descriptor: int, most: int) -> bytes:
    """The content, read up to one byte more than `most`, whatever size was declared."""
    content = bytearray()
    while len(content) <= most:
        chunk = os.read(descriptor, min(CHUNK, most + 1 - len(content)))
        if not chunk:
            break
        content += chunk
    return bytes(content)


def _not_utf8(content: bytes) -> int | None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return None


def _size(n: int) -> str:
    tenths = -(-n * 10 >> 20)  # rounded up: a byte too many must not read as exactly enough
    return f"{tenths / 10:.1f} MiB" if n >= 1 << 20 else f"{n} B"


def _finding(key: str, outcome: Outcome, lang: Lang, hint: str = "", **values: object) -> CheckResult:
    return CheckResult(
        id="files",
        criterion="",
        outcome=outcome,
        message=say("findings", key, lang, **values),
        hint=hint,
        expects=say("findings", "files_expects", lang),
    )
