"""A student's own files: the assignment of a path, the file that counts, what is handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.config.course import COURSE_FILE, load_course
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
from autograder.student.portability import GradingEnvironment, portability_of, recorded_python
from autograder.text.sentences import say
from autograder.text.suggestions import nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class HandInFiles:
    """What a student hands in for an assignment, as intake will read it."""

    assignment: Assignment
    file: Path  # the code, or the answers
    submission: SubmittedFiles
    remarks: tuple[CheckResult, ...] = ()  # what works at home and would not where it is graded

    @property
    def is_complete(self) -> bool:
        """Return whether every file that is asked for is there and can be used."""
        is_usable = all(remark.outcome is not Outcome.DENIED for remark in self.remarks)
        return is_usable and all(
            finding.outcome is Outcome.PASSED for finding in self.submission.findings
        )

    @property
    def shown_name(self) -> str:
        """Return the name of the code in sentences and tracebacks."""
        return shown_name(self.file, self.assignment)

    @property
    def findings(self) -> tuple[CheckResult, ...]:
        """Return the findings on the files as a whole."""
        return (*self.submission.findings, *self.remarks)

    @property
    def has_source(self) -> bool:
        """Return whether there is code, or are answers, that can be examined."""
        return bool(set(self.submission.files) & set(self.assignment.source_names))

    @property
    def source(self) -> bytes:
        """Return the content of the code, or of the answers; empty where there is none."""
        for name, content in self.submission.files.items():
            if name in self.assignment.source_names:
                return content
        return b""


def find_course(path: Path, given: Path | None, lang: Lang) -> Course:
    """Return the given course, or the one whose grading.yml lies beside the file, or here."""
    try:
        path.stat()
    except FileNotFoundError:
        raise CourseError(say("check", "no_path", lang, path=path)) from None
    except OSError as error:
        raise CourseError(say("check", "closed", lang, path=path, why=error.strerror)) from None
    if given is not None:
        return load_course(given)
    for folder in (path if path.is_dir() else path.parent, Path()):
        if (folder / COURSE_FILE).is_file():
            return load_course(folder)
    raise CourseError(say("check", "no_course", lang, path=path))


def locate(
    path: Path, course: Course, assignment_id: str | None, lang: Lang
) -> tuple[Assignment, Path]:
    """Return the assignment that `path` is for, and the student's file of it.

    CourseError where that is not certain.
    """
    assignment = _assignment_of(path, course, assignment_id, lang)
    names = " / ".join(assignment.source_names)
    if not path.is_dir():
        if not match_suffix(path.name, assignment.source_names):
            raise CourseError(
                say("check", "wrong_kind", lang, path=path, id=assignment.id, names=names)
            )
        return assignment, path
    sources = _sources(path, assignment, alone=True)
    if len(sources) > 1:  # one of them may be the untouched stub
        listed = ", ".join(file.name for file in sources)
        raise CourseError(say("check", "two_sources", lang, names=listed, path=sources[0]))
    return assignment, sources[0] if sources else path / assignment.files[0].name


def _assignment_of(path: Path, course: Course, assignment_id: str | None, lang: Lang) -> Assignment:
    """Return the assignment that is named, or the one that the path is for."""
    ids = [a.id for a in course.assignments]
    if assignment_id is None:
        assignment = _assignment_by_name(path, course)
        if assignment is None:
            known = _known_ids(path.stem, ids, lang)
            raise CourseError(say("check", "which", lang, path=path, known=known))
        return assignment
    if assignment_id not in ids:
        known = _known_ids(assignment_id, ids, lang)
        raise CourseError(say("check", "no_assignment", lang, id=assignment_id, known=known))
    return course.assignment(assignment_id)


def _assignment_by_name(path: Path, course: Course) -> Assignment | None:
    """Return the assignment of a file's name, or the only one with a file in a folder."""
    if path.is_dir():
        candidates = [a for a in course.assignments if _sources(path, a)]
        return candidates[0] if len(candidates) == 1 else None
    for assignment in course.assignments:
        if match_name(path.name, assignment.source_names) or path.stem == assignment.id:
            return assignment
    return None


def _known_ids(word: str, ids: list[str], lang: Lang) -> str:
    """Return the ids in a row, and which of them is perhaps meant by `word`."""
    near = nearest(word, ids)
    return ", ".join(ids) + (say("check", "near", lang, near=near) if near else "")


def _sources(folder: Path, assignment: Assignment, *, alone: bool = False) -> list[Path]:
    """Return the files that may be an assignment's code: of its names, or of variants of them.

    With `alone`, the only file of its kind may have any name: the assignment is known then.
    """
    exact = [folder / name for name in assignment.source_names if (folder / name).is_file()]
    if exact:
        return exact
    choice = choose_names(_names_in(folder), assignment.source_names, alone=alone)
    names = [*choice.taken.values()]
    for unclear in choice.unclear.values():
        names += unclear
    return [folder / name for name in names]


def _names_in(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir() if path.is_file()]
    except OSError:
        return []


def gather(
    file: Path, course: Course, assignment: Assignment, lang: Lang, unsaved: bytes | None = None
) -> HandInFiles:
    """Read a student's code, and the other declared files beside it, by the rules of grading.

    `unsaved` is the code as an editor holds it, whatever the file has.
    """
    submission = read_source(OwnFilesSource(file, assignment, unsaved), "", assignment, lang)
    environment = GradingEnvironment(
        course=course, assignment=assignment, python=recorded_python(course.root)
    )
    remarks = portability_of(
        file, shown_name(file, assignment), submission.files, environment, lang
    )
    return HandInFiles(assignment=assignment, file=file, submission=submission, remarks=remarks)


def shown_name(file: Path, assignment: Assignment) -> str:
    """Return a file's own name, or its declared one where its own hides the kind (x.ipynb.txt)."""
    declared = match_suffix(file.name, assignment.source_names) or assignment.files[0].name
    return file.name if file.suffix == Path(declared).suffix else declared


class OwnFilesSource:
    """The student's file, taken as the declared one of its kind, and the declared ones beside it.

    Links are followed, because the files are the student's own, on the student's machine.
    """

    is_whole = True
    remarks: Sequence[RefusedFile] = ()

    def __init__(self, file: Path, assignment: Assignment, unsaved: bytes | None) -> None:
        self.unsaved = unsaved  # the content of `file` that counts; None: the one on the disk
        self.file = file
        self.folder = file.parent
        self.paths = {
            name: file.with_name(name)
            for declared in assignment.files[1:]
            for name in declared.names
        }
        self.paths[match_suffix(file.name, assignment.source_names) or assignment.files[0].name] = (
            file
        )
        self.code = assignment.source_names

    def display_name(self, name: str) -> str:
        """Return the student's own name of a declared file."""
        return self._path(name).name

    def present(self, declared: DeclaredFile) -> list[str]:
        """Return the names of `declared` that are there."""
        return [name for name in declared.names if name in self.paths and self._is_there(name)]

    def _is_there(self, name: str) -> bool:
        return self._is_unsaved(self.paths[name]) or self.paths[name].exists()

    def _is_unsaved(self, path: Path) -> bool:
        return self.unsaved is not None and path == self.file

    def listed(self) -> Sequence[str]:
        """Return the names of the files beside the code."""
        return [name for name in _names_in(self.folder) if not match_name(name, self.code)]

    def _path(self, name: str) -> Path:
        return self.paths.get(name, self.folder / name)

    def content(self, name: str, max_bytes: int) -> bytes:
        """Return a file's content; RefusedFile above `max_bytes` or unreadable."""
        path = self._path(name)
        if self.unsaved is not None and self._is_unsaved(path):
            if len(self.unsaved) > max_bytes:
                raise too_large(path.name, len(self.unsaved), max_bytes)
            return self.unsaved
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
