"""Loose files: single ones, packed zips and folders, named after student, assignment or both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from autograder.handin.archive import stem_of
from autograder.handin.collect.attempt import TimestampSource
from autograder.handin.collect.candidate import Candidate, RosterColumn, location
from autograder.handin.collect.select_files import holds_code
from autograder.handin.collect.source_tree import (
    SourceTree,
    TreeEntry,
    file_entry,
    files_by_name,
)
from autograder.handin.collect.sources.source_type import (
    SourceType,
    assignments_or_unknown,
    ids_longest_first,
)
from autograder.handin.filenames import match_suffix
from autograder.model import Course

BROWSER_NUMBER = re.compile(r" ?\(\d+\)(?=\.|$)")  # x (1).py
NAME_COLUMNS: tuple[RosterColumn, ...] = ("id", "login", "github", "email", "name")


def student_and_assignment(stem: str, course: Course) -> tuple[str, str]:
    """Return the parts of a name such as `ana_residual_block` or `residual-block-ana`.

    A part that the name does not hold is empty.
    """
    for assignment in ids_longest_first(course):
        spelled = re.escape(assignment).replace("_", "[-_]")
        match = re.fullmatch(
            rf"(?:{spelled}(?:[-_+ .](?P<after>.+))?|(?P<before>.+)[-_+ .]{spelled})", stem
        )
        if match:
            return match["after"] or match["before"] or "", assignment
    return stem, ""


def _recognize(tree: SourceTree, course: Course) -> set[str]:
    if _is_packed_hand_in(tree, course):
        return set(tree.by_top_name())
    return {top_name for top_name, _ in _group_files(tree, course)}


def _read(tree: SourceTree, course: Course) -> Iterator[list[Candidate]]:
    for top_name, files in _group_files(tree, course):
        name = BROWSER_NUMBER.sub("", top_name)
        is_single_file = top_name in files
        stem = stem_of(name) or (PurePath(name).stem if is_single_file else name)
        student, assignment = student_and_assignment(stem, course)
        assignments = [assignment] if assignment else assignments_or_unknown(files, course)
        for known in assignments:
            yield [_candidate(tree, top_name, student, known, files)]


def _is_packed_hand_in(tree: SourceTree, course: Course) -> bool:
    """Return whether the archive itself is one hand-in."""
    return tree.is_packed and holds_code(files_by_name(tree.entries), course)


def _group_files(tree: SourceTree, course: Course) -> list[tuple[str, dict[str, TreeEntry]]]:
    """Return each hand-in with its top name: a student's folder of files, or one file."""
    if _is_packed_hand_in(tree, course):
        name = tree.place.name
        return [(name, {name: file_entry(tree.place, (name,))})]
    code_names = [name for a in course.assignments for name in a.source_names]
    groups = []
    for top_name, entries in tree.by_top_name().items():
        files = {entry.name: entry for entry in entries if entry.kind == "file"}
        if any(stem_of(name) or match_suffix(name, code_names) for name in files):
            groups.append((top_name, files))
    return groups


def _candidate(
    tree: SourceTree, top_name: str, student: str, assignment: str, files: dict[str, TreeEntry]
) -> Candidate:
    """Return a file or a folder of files as a hand-in, with the time of its newest file."""
    changed = [entry.changed for entry in files.values() if entry.changed]
    is_source_itself = not tree.is_folder and top_name == tree.place.name
    return Candidate(
        location=location(tree.place, *([] if is_source_itself else [top_name])),
        label=student,
        identifiers=tuple((column, student) for column in NAME_COLUMNS if student),
        assignment=assignment,
        files=lambda: files,
        submitted_at=max(changed, default=None),
        timestamp_source=TimestampSource.FILE if changed else TimestampSource.UNKNOWN,
    )


FILES_SOURCE = SourceType(name="files", recognize=_recognize, read=_read)
