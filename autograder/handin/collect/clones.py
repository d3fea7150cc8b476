"""Git clones: a folder of them as GitHub Classroom and Classroom 50 name them; every commit is an
attempt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import CourseError
from autograder.handin.collect.candidate import Found, Kind, ids, where
from autograder.handin.collect.objects import Clone, Commit, borrowing
from autograder.handin.collect.tree import GIT, Tree, composed
from autograder.model import Course


def who_and_what(name: str, course: Course) -> tuple[str, str]:
    """Login and assignment of `[<classroom>-]<assignment>-<login>`; of any other name it is all the
    login.
    """
    for id in ids(course):
        match = re.fullmatch(
            rf"(?:.+-)?{re.escape(id).replace('_', '[-_]')}-(?P<login>.+)", name, re.IGNORECASE
        )
        if match:
            return match["login"], id
    return name, ""


def clones_of(tree: Tree) -> list[Path]:
    """The folders that are clones: the source itself, or folders in it."""
    gits = [(entry.place, entry.path) for entry in tree.entries if entry.name == GIT]
    return [place.parent if place else tree.place.joinpath(*path[:-1]) for place, path in gits]


def _takes(tree: Tree, course: Course) -> set[str]:
    is_clone = (GIT,) in (entry.path for entry in tree.entries)
    return {entry.path[0] for entry in tree.entries if is_clone or entry.name == GIT}


def _read(tree: Tree, course: Course) -> Iterator[list[Found]]:
    names = [name for a in course.assignments for name in a.declared_names]
    with borrowing() as ours:
        for place in clones_of(tree):
            clone = Clone(place=place, borrowing=ours)
            try:
                clone.check()
                yield [_found(clone, course, commit) for commit in clone.commits(names)]
            except CourseError as error:
                yield [
                    _found(clone, course, None, f"{error}; make a clone of your own with git clone")
                ]


def _found(clone: Clone, course: Course, commit: Commit | None, problem: str = "") -> Found:
    login, assignment = who_and_what(composed(clone.place.resolve().name), course)
    return Found(
        where=where(clone.place, *([f"commit {commit.id[:10]}"] if commit else [])),
        label=login,
        clues=(("github", login), ("login", login), ("id", login)),
        assignment=assignment,
        files=lambda: clone.files(commit) if commit else {},
        came=commit.made if commit else None,
        told_by="commit",
        problem=problem,
    )


CLONES = Kind(name="clones", takes=_takes, read=_read)
