"""GitHub Classroom and Classroom 50: a folder of git clones, in which each commit is an attempt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import CourseError
from autograder.handin.collect.attempt import TimestampSource
from autograder.handin.collect.candidate import Candidate, location
from autograder.handin.collect.source_tree import GIT_FOLDER, SourceTree, normalize
from autograder.handin.collect.sources.git_objects import Clone, Commit, empty_repository
from autograder.handin.collect.sources.source_type import SourceType, ids_longest_first
from autograder.model import Course


def login_and_assignment(name: str, course: Course) -> tuple[str, str]:
    """Return the login and the assignment of `[<classroom>-]<assignment>-<login>`.

    Any other name is a login, and its assignment is empty.
    """
    for assignment in ids_longest_first(course):
        spelled = re.escape(assignment).replace("_", "[-_]")
        match = re.fullmatch(rf"(?:.+-)?{spelled}-(?P<login>.+)", name, re.IGNORECASE)
        if match:
            return match["login"], assignment
    return name, ""


def find_clones(tree: SourceTree) -> list[Path]:
    """Return the folders that are clones: the source itself, or folders in it."""
    clones = []
    for entry in tree.entries:
        if entry.name != GIT_FOLDER:
            continue
        if entry.place is not None:
            clones.append(entry.place.parent)
        else:
            clones.append(tree.place.joinpath(*entry.path[:-1]))
    return clones


def _recognize(tree: SourceTree, course: Course) -> set[str]:
    is_clone = any(entry.path == (GIT_FOLDER,) for entry in tree.entries)
    return {entry.path[0] for entry in tree.entries if is_clone or entry.name == GIT_FOLDER}


def _read(tree: SourceTree, course: Course) -> Iterator[list[Candidate]]:
    names = [name for a in course.assignments for name in a.declared_names]
    with empty_repository() as repository:
        for place in find_clones(tree):
            clone = Clone(place=place, repository=repository)
            try:
                clone.check()
                yield [_candidate(clone, course, commit) for commit in clone.commits(names)]
            except CourseError as error:
                problem = f"{error}; make a clone of your own with git clone"
                yield [_candidate(clone, course, None, problem)]


def _candidate(clone: Clone, course: Course, commit: Commit | None, problem: str = "") -> Candidate:
    login, assignment = login_and_assignment(normalize(clone.place.resolve().name), course)
    commit_part = [f"commit {commit.sha[:10]}"] if commit else []
    return Candidate(
        location=location(clone.place, *commit_part),
        label=login,
        identifiers=(("github", login), ("login", login), ("id", login)),
        assignment=assignment,
        files=lambda: clone.files(commit) if commit else {},
        submitted_at=commit.made if commit else None,
        timestamp_source=TimestampSource.COMMIT,
        problem=problem,
    )


CLONES_SOURCE = SourceType(name="clones", recognize=_recognize, read=_read)
