"""The graders that a result records: those of today, or a commit that has the same hashes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from autograder.appeals.git_history import Commit, CourseHistory, history_of, matching_commits
from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.grading.cache.fingerprint import basis_of
from autograder.model import Basis, Course
from autograder.sandbox.temp_dirs import temporary_folder

MAX_CHECKOUTS = 100  # commits whose rules are compared


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundGraders:
    """The course that a hand-in is graded by."""

    course: Course
    commit: Commit | None = None  # None: the course as it is now
    is_exact: bool  # whether its graders and rules are the recorded ones
    searched: bool = False  # whether the history was searched
    has_history: bool = True  # False: the course lies in no git repository


@contextmanager
def recorded_graders(course: Course, assignment: str, basis: Basis) -> Iterator[FoundGraders]:
    """Provide the course whose graders and rules a result records, from its git history if needed.

    Where no commit has them, the course as it is now is provided.
    """
    if is_as_recorded(course, assignment, basis):
        yield FoundGraders(course=course, is_exact=True)
        return
    history = history_of(course.root)
    if history is None:
        yield FoundGraders(course=course, is_exact=False, has_history=False)
        return
    with temporary_folder() as folder:
        found = _search(history, assignment, basis, folder)
        yield found or FoundGraders(course=course, is_exact=False, searched=True)


def is_as_recorded(course: Course, assignment: str, basis: Basis) -> bool:
    """Return whether the graders and rules of a course are those that a result records."""
    if all(each.id != assignment for each in course.assignments):
        return False
    now = basis_of(course, course.assignment(assignment))
    return now.files == basis.files and now.rules == basis.rules


def _search(
    history: CourseHistory, assignment: str, basis: Basis, folder: Path
) -> FoundGraders | None:
    """Return the latest commit with the recorded graders and rules; else one with the graders."""
    nearest: FoundGraders | None = None
    commits = matching_commits(history, assignment, basis.files)
    for commit in islice(commits, MAX_CHECKOUTS):
        try:
            course = load_course(history.check_out(commit, folder))
        except CourseError:
            continue  # a course that was wrong then graded nothing
        if is_as_recorded(course, assignment, basis):
            return FoundGraders(course=course, commit=commit, is_exact=True, searched=True)
        if nearest is None and _has_files(course, assignment, basis):
            nearest = FoundGraders(course=course, commit=commit, is_exact=False, searched=True)
    return nearest


def _has_files(course: Course, assignment: str, basis: Basis) -> bool:
    ids = [each.id for each in course.assignments]
    return assignment in ids and (
        basis_of(course, course.assignment(assignment)).files == basis.files
    )
