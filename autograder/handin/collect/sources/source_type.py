"""The interface of a source: what it recognizes in a tree, and the candidates that it reads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from autograder.handin.collect.candidate import Candidate
from autograder.handin.collect.select_files import assignments_of
from autograder.handin.collect.source_tree import SourceTree, TreeEntry
from autograder.model import Course


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceType:
    """One kind of source, such as an LMS's bulk download."""

    name: str  # as in `collect --from`
    # The names at the top of the tree that look like hand-ins of this kind; empty: another kind.
    recognize: Callable[[SourceTree, Course], Collection[str]]
    # Lists of candidates: one student's attempts at one assignment, the oldest first.
    read: Callable[[SourceTree, Course], Iterable[list[Candidate]]]


def assignments_or_unknown(files: Mapping[str, TreeEntry], course: Course) -> list[str]:
    """Return the assignments that the files belong to; one empty string if they do not tell."""
    return assignments_of(files, course) or [""]


def ids_longest_first(course: Course) -> list[str]:
    """Return the assignments' ids for matching names: one may be the beginning of another."""
    return sorted((assignment.id for assignment in course.assignments), key=len, reverse=True)
