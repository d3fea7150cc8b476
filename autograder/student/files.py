"""A student's own files: which assignment a path is for, which file counts, what would be handed
in.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.config.course import FILE, load_course
from autograder.errors import CourseError
from autograder.handin.filenames import choose_names, match_name, match_suffix
from autograder.handin.intake import RefusedFile, read_source, too_large
from autograder.model import (
    Assignment,
    CheckResult,
    Course,
    DeclaredFile,
    Lang,
    Outcome,
    SubmittedFiles,
)
from autograder.student.portability import Environment, portability_of, recorded_python
from autograder.text.sentences import LANGS, say
from autograder.text.suggestions import nearest

MANIFEST = "MANIFEST.json"  # of a released folder


@dataclass(frozen=True, slots=True, kw_only=True)
class HandInFiles:
    """What a student hands in for an assignment, as intake will read it."""

    assignment: Assignment
    file: Path  # the code, or the answers
    submission: SubmittedFiles
    remarks: tuple[CheckResult, ...] = ()  # what works at home and would not where it is graded

    @property
    def is_complete(self) -> bool:
        """Whether every file that is asked for is there and can be used."""
        is_usable = all(remark.outcome is not Outcome.DENIED for remark in self.remarks)
        return is_usable and all(
            finding.outcome is Outcome.PASSED for finding in self.submission.findings
        )

    @property
    def called(self) -> str:
        """What the code is called when a line of it is named: its own name, if that tells what kind
        it is.
        """
        return called(self.file, self.assignment)

    @property
    def findings(self) -> tuple[CheckResult, ...]:
        """What is to be said of the files as a whole."""
        return (*self.submission.findings, *self.remarks)

    @property
    def has_source(self) -> bool:
        """Whether there is code, or are answers, that can be looked at."""
        return bool(set(self.submission.files) & set(self.assignment.source_names))


def own_course(path: Path, named: Path | None, lang: Lang) -> Course:
    """The course that is named, or whose grading.yml lies beside the student's file, or here."""
    try:
        path.stat()
    except FileNotFoundError:
        raise CourseError(say("check", "no_path", lang, path=path)) from None
    except OSError as error:
        raise CourseError(say("check", "closed", lang, path=path, why=error.strerror)) from None
    if named is not None:
        return load_course(named)
    for folder in (path if path.is_dir() else path.parent, Path()):
        if (folder / FILE).is_file():
            return load_course(folder)
    raise CourseError(say("check", "no_course", lang, path=path))


def released_lang(path: Path) -> Lang:
    """The language of the release that a file lies in; Spanish where it lies in none."""
    folder = path if path.is_dir() else path.parent
    try:
        lang = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["lang"]
    except (OSError, ValueError, KeyError, TypeError):
        return "es"
    return next((known for known in LANGS if known == lang), "es")


def locate(path: Path, course: Course, id: str | None, lang: Lang) -> tuple[Assignment, Path]:
    """The assignment that `path` is for, and the student's file of it; CourseError where that is
    not certain.
    """
    ids = [a.id for a in course.assignments]
    if id is not None and id not in ids:
        raise CourseError(say("check", "no_assignment", lang, id=id, known=_listed(id, ids, lang)))
    assignment = course.assignment(id) if id is not None else _told_by(path, course, lang)
    names = " / ".join(assignment.source_names)
    if not path.is_dir():
        if not match_suffix(path.name, assignment.source_names):
            raise CourseError(
                say("check", "wrong_kind", lang, path=path, id=assignment.id, names=names)
            )
        return assignment, path
    found = _sources(path, assignment, alone=True)
    if len(found) > 1:  # the one that was not touched might be taken
        listed = ", ".join(file.name for file in found)
        raise CourseError(say("check", "two_sources", lang, names=listed, path=found[0]))
    return assignment, found[0] if found else path / assignment.files[0].name


def _told_by(path: Path, course: Course, lang: Lang) -> Assignment:
    """The assignment that a file's name tells, or the one whose file is in a folder."""
    if path.is_dir():
        found = [a for a in course.assignments if _sources(path, a)]
        if len(found) == 1:
            return found[0]
    else:
        for assignment in course.assignments:
            if match_name(path.name, assignment.source_names) or path.stem == assignment.id:
                return assignment
    ids = [a.id for a in course.assignments]
    raise CourseError(say("check", "which", lang, path=path, known=_listed(path.stem, ids, lang)))


def _listed(word: str, ids: list[str], lang: Lang) -> str:
    """The ids, and which of them is perhaps match_name."""
    near = nearest(word, ids)
    return ", ".join(ids) + (say("check", "near", lang, near=near) if near else "")


def _sources(folder: Path, assignment: Assignment, *, alone: bool = False) -> list[Path]:
    """The files that may be an assignment's code: of the exact names, or else of names that mean
    these.

    Where the assignment is known, it may be the one file of its kind that is there, whatever its
    name: `alone`.
    """
    exact = [folder / name for name in assignment.source_names if (folder / name).is_file()]
    if exact:
        return exact
    choice = choose_names(_names_in(folder), assignment.source_names, alone=alone)
    return [
        folder / name
        for names in (choice.taken.values(), *choice.unclear.values())
        for name in names
    ]


def _names_in(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir() if path.is_file()]
    except OSError:
        return []


def gather(file: Path, course: Course, assignment: Assignment, lang: Lang) -> HandInFiles:
    """Read a student's code, and the other declared files beside it, by the rules of grading."""
    submission = read_source(Beside(file, assignment), "", assignment, lang)
    environment = Environment(
        course=course, assignment=assignment, python=recorded_python(course.root)
    )
    remarks = portability_of(file, called(file, assignment), submission.files, environment, lang)
    return HandInFiles(assignment=assignment, file=file, submission=submission, remarks=remarks)


def called(file: Path, assignment: Assignment) -> str:
    """A file's own name, or the declared one that it will have where its own hides the kind
    (x.ipynb.txt).
    """
    declared = match_suffix(file.name, assignment.source_names) or assignment.files[0].name
    return file.name if file.suffix == Path(declared).suffix else declared


class Beside:
    """The file that a student named, kept as the declared one of its kind, and the declared files
    beside it.

    Links are followed and nothing is suspected: the files are the student's own, on the student's
    machine.
    """

    is_whole = True
    remarks: Sequence[RefusedFile] = ()

    def __init__(self, file: Path, assignment: Assignment) -> None:
        self.folder = file.parent
        self.paths = {
            name: file.with_name(name)
            for declared in assignment.files[1:]
            for name in declared.names
        }
        self.paths[match_suffix(file.name, assignment.source_names) or assignment.files[0].name] = file
        self.code = assignment.source_names

    def display_name(self, name: str) -> str:
        """What the student calls this file."""
        return self._path(name).name

    def present(self, declared: DeclaredFile) -> list[str]:
        """The names of `declared` that are there."""
        return [name for name in declared.names if name in self.paths and self.paths[name].exists()]

    def listed(self) -> Sequence[str]:
        """The names of the files beside the code, which the student named."""
        return [name for name in _names_in(self.folder) if not match_name(name, self.code)]

    def _path(self, name: str) -> Path:
        return self.paths.get(name, self.folder / name)

    def content(self, name: str, max_bytes: int) -> bytes:
        """The content of one of them; RefusedFile where it is larger than `max_bytes`, or cannot be read."""
        path = self._path(name)
        if not path.is_file():
            raise RefusedFile("file_directory" if path.is_dir() else "file_special", name=path.name)
        try:
            with path.open("rb") as file:
                content = file.read(max_bytes + 1)
                size = max(len(content), path.stat().st_size)
        except OSError:
            raise RefusedFile("file_unreadable", name=path.name) from None
        if size > max_bytes:
            raise too_large(path.name, size, max_bytes)
        return content
