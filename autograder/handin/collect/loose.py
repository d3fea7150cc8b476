"""Files alone: single ones, packed zips, and folders of them, named after student or assignment or
both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from autograder.handin.archive import stem_of
from autograder.handin.collect.candidate import Column, Found, Kind, by_name, ids, where
from autograder.handin.collect.contents import assignments_of, holds_code
from autograder.handin.collect.tree import Entry, Tree, file_entry
from autograder.handin.filenames import kind_of
from autograder.model import Course

NUMBERED = re.compile(r" ?\(\d+\)(?=\.|$)")  # by a browser: x (1).py


def who_and_what(stem: str, course: Course) -> tuple[str, str]:
    """Student and assignment of a name such as `ana_residual_block` or `residual-block-ana`; empty:
    not told.
    """
    for id in ids(course):
        spelled = re.escape(id).replace("_", "[-_]")
        match = re.fullmatch(
            rf"(?:{spelled}(?:[-_+ .](?P<after>.+))?|(?P<before>.+)[-_+ .]{spelled})", stem
        )
        if match:
            return match["after"] or match["before"] or "", id
    return stem, ""


def _takes(tree: Tree, course: Course) -> set[str]:
    return (
        {*tree.tops()}
        if _is_packed_hand_in(tree, course)
        else {top for top, _ in _groups(tree, course)}
    )


def _is_packed_hand_in(tree: Tree, course: Course) -> bool:
    """Whether an archive is itself what was packed."""
    return tree.is_packed and holds_code(by_name(tree.entries), course)


def _groups(tree: Tree, course: Course) -> list[tuple[str, dict[str, Entry]]]:
    """What belongs together: a student's folder of files, or one file; what is no hand-in is left
    out.
    """
    if _is_packed_hand_in(tree, course):
        return [(tree.place.name, {tree.place.name: file_entry(tree.place, (tree.place.name,))})]
    sources = [name for a in course.assignments for name in a.source_names]
    groups = []
    for top, entries in tree.tops().items():
        files = {e.name: e for e in entries if e.kind == "file"}
        if any(stem_of(name) or kind_of(name, sources) for name in files):
            groups.append((top, files))
    return groups


def _read(tree: Tree, course: Course) -> Iterator[list[Found]]:
    for top, files in _groups(tree, course):
        name = NUMBERED.sub("", top)
        student, told = who_and_what(
            stem_of(name) or (PurePath(name).stem if top in files else name), course
        )
        for assignment in [told] if told else assignments_of(files, course) or [""]:
            yield [_found(tree, top, student, assignment, files)]


def _found(tree: Tree, top: str, student: str, assignment: str, files: dict[str, Entry]) -> Found:
    """A file or a folder of files as a hand-in, which came when its newest file was changed."""
    columns: tuple[Column, ...] = ("id", "login", "github", "email", "name")
    changed = [entry.changed for entry in files.values() if entry.changed]
    return Found(
        where=where(tree.place, *([top] if tree.is_folder or top != tree.place.name else [])),
        label=student,
        clues=tuple((column, student) for column in columns if student),
        assignment=assignment,
        files=lambda: files,
        came=max(changed, default=None),
        told_by="file" if changed else "unknown",
    )


FILES = Kind(name="files", takes=_takes, read=_read)
