"""Canvas: the bulk download of an assignment, whose file names tell the student."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.handin.collect.attempt import TimestampSource
from autograder.handin.collect.candidate import Candidate, Identifier, location
from autograder.handin.collect.source_tree import SourceTree, TreeEntry
from autograder.handin.collect.sources.source_type import SourceType, assignments_or_unknown
from autograder.model import Course

# <login or lastfirst>[_LATE]_<user>_<attachment>_<name>
FILE_NAME = re.compile(
    r"(?P<login>.+?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<file>\d+)_(?P<name>.+)", re.DOTALL
)
Attachment = tuple[int, str, TreeEntry]  # its number, which grows with time; name; file


def _recognize(tree: SourceTree, course: Course) -> set[str]:
    return {
        entry.name
        for entry in tree.entries
        if len(entry.path) == 1 and entry.kind != "folder" and FILE_NAME.fullmatch(entry.name)
    }


def _read(tree: SourceTree, course: Course) -> Iterator[list[Candidate]]:
    by_student: dict[tuple[str, str, bool], list[Attachment]] = {}
    recognized = _recognize(tree, course)
    for entry in tree.entries:
        match = FILE_NAME.fullmatch(entry.name)
        if match is not None and entry.path[0] in recognized:
            student = match["login"], match["user"], bool(match["late"])
            attachment = int(match["file"]), match["name"], entry
            by_student.setdefault(student, []).append(attachment)
    for (login, user, is_late), attachments in by_student.items():
        attachments.sort(key=lambda attachment: attachment[0])
        files = {name: entry for _, name, entry in attachments}  # the newest of each name
        for assignment in assignments_or_unknown(files, course):
            yield [_candidate(tree, login, user, files, assignment, is_late=is_late)]


def _candidate(
    tree: SourceTree,
    login: str,
    user: str,
    files: dict[str, TreeEntry],
    assignment: str,
    *,
    is_late: bool,
) -> Candidate:
    """Return a student's files for an assignment; Canvas gives no time."""
    label = f"{login}_{user}"
    identifiers: tuple[Identifier, ...] = (
        ("lms_user_id", user),
        ("login", login),
        ("name", login),
    )
    return Candidate(
        location=location(tree.place, label),
        label=label,
        identifiers=identifiers,
        assignment=assignment,
        files=lambda: files,
        submitted_at=None,
        timestamp_source=TimestampSource.UNKNOWN,
        marked_late=is_late,
        by_lms=True,
    )


CANVAS_SOURCE = SourceType(name="canvas", recognize=_recognize, read=_read)
