"""The file of marks, read and changed under one lock: two who mark at once lose nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from autograder.errors import CourseError, HostError
from autograder.model import Course, Decisions
from autograder.scoring.override_commands import check_known
from autograder.scoring.overrides import MARKS_FILE, read_marks, students_in, write_marks
from autograder.scoring.validation import check_adjustments, check_decisions

Change: TypeAlias = Callable[[Decisions], Decisions]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksFile:
    """Where the decisions about a class are kept."""

    course: Course
    submitted: Path  # the folder of the students' folders
    path: Path
    # Students of the class who have no folder, for they handed in nothing; a change makes it.
    without_folder: tuple[str, ...] = ()

    def read(self) -> dict[str, Decisions]:
        """Return what is decided, by student; CourseError with a line for each mistake."""
        if not self.path.exists():
            return {}
        return read_marks(self.path, self.course.rubric, self._students())

    def change(self, student: str, change: Change) -> dict[str, Decisions]:
        """Change what is decided about a student, and return what is decided about all."""
        return self.change_several({student: change})

    def change_several(
        self, changes: Mapping[str, Change], before_writing: Callable[[], None] = lambda: None
    ) -> dict[str, Decisions]:
        """Change what is decided about students, and return what is decided about all.

        It is on the disk when this returns. CourseError where a part does not hold, or where
        `before_writing` raises it: then nothing is written.
        """
        self._require_known(changes)
        with self.locked():
            before = self.read()
            decided = self._with_changes(before, changes)
            before_writing()
            if decided != before:
                for student in changes:
                    (self.submitted / student).mkdir(exist_ok=True)
                write_marks(self.path, decided)
        return decided

    def preview(self, changes: Mapping[str, Change]) -> dict[str, Decisions]:
        """Return what would be decided, and write nothing."""
        self._require_known(changes)
        return self._with_changes(self.read(), changes)

    def _require_known(self, changes: Mapping[str, Change]) -> None:
        known = self._students()
        for student in changes:
            check_known("student", student, known)

    def _students(self) -> list[str]:
        return sorted({*students_in(self.submitted), *self.without_folder})

    def _with_changes(
        self, before: Mapping[str, Decisions], changes: Mapping[str, Change]
    ) -> dict[str, Decisions]:
        decided = dict(before)
        for student, change in changes.items():
            decided[student] = change(decided.get(student, Decisions()))
            check_decisions(self.course.rubric, student, decided[student])
            check_adjustments(self.course.rubric, student, decided[student].adjustments)
        return decided

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the file; wait for it where another process has it."""
        flags = os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
        place = self.path.with_name(f".{self.path.name}.lock")
        try:
            lock = os.fdopen(os.open(place, flags, 0o666), "w")
        except OSError as error:
            raise HostError(
                f"{place}: cannot write here: {error.strerror}; choose another file with --marks"
            ) from error
        import fcntl  # where there is none, the command line still says what it does

        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def marks_file(course: Course, submitted: Path, named: Path | None) -> MarksFile:
    """Return the file of marks of a class: the named one, or marks.yml in SUBMITTED."""
    return MarksFile(course=course, submitted=submitted, path=named or submitted / MARKS_FILE)


def require_words(author: str, reason: str) -> None:
    """Raise CourseError unless author and reason say something."""
    if not (author.strip() and reason.strip()):
        raise CourseError("--author and --reason must say something: both show in the report")
