"""nbgrader: the layouts `submitted/<student>/<assignment>/` and the exchange's `inbound/`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from autograder.handin.archive import stem_of
from autograder.handin.collect.attempt import TIMESTAMP_FILE, TimestampSource
from autograder.handin.collect.candidate import Candidate, location
from autograder.handin.collect.source_tree import SourceTree, TreeEntry, files_by_name
from autograder.handin.collect.sources.source_type import SourceType
from autograder.handin.collect.timestamp import parse_timestamp
from autograder.model import Course

MAX_TIMESTAMP_BYTES = 100  # of timestamp.txt
INBOUND_NAME = re.compile(
    r"(?P<student>[^+]+)\+(?P<assignment>[^+]+)\+(?P<time>[^+]+)(?:\+.*)?", re.DOTALL
)


def _recognize_submitted(tree: SourceTree, course: Course) -> set[str]:
    found = _group_submitted(tree)
    assignments = {assignment.id for assignment in course.assignments}
    if not assignments & {assignment for _, assignment in found}:
        return set()
    return {student for student, _ in found}


def _read_submitted(tree: SourceTree, course: Course) -> Iterator[list[Candidate]]:
    for (student, assignment), entries in _group_submitted(tree).items():
        place = location(tree.place, student, assignment)
        yield [_candidate(place, student, assignment, entries, None)]


def _group_submitted(tree: SourceTree) -> dict[tuple[str, str], list[TreeEntry]]:
    """Return the entries by student and assignment, which may be an archive."""
    found: dict[tuple[str, str], list[TreeEntry]] = {}
    for entry in tree.entries:
        if len(entry.path) >= 2:
            student, name = entry.path[:2]
            found.setdefault((student, stem_of(name) or name), []).append(entry)
    return found


def _recognize_inbound(tree: SourceTree, course: Course) -> set[str]:
    return {name for name in tree.by_top_name() if INBOUND_NAME.fullmatch(name)}


def _read_inbound(tree: SourceTree, course: Course) -> Iterator[list[Candidate]]:
    for name, entries in tree.by_top_name().items():
        match = INBOUND_NAME.fullmatch(name)
        if match is not None:
            place = location(tree.place, name)
            time = _parse_time(match["time"])
            yield [_candidate(place, match["student"], match["assignment"], entries, time)]


def _candidate(
    place: str,
    student: str,
    assignment: str,
    entries: list[TreeEntry],
    folder_time: datetime | None,
) -> Candidate:
    """Return a hand-in with the time of its folder's name, or else of its timestamp file."""
    file_time = _read_timestamp_file(entries)
    if folder_time:
        timestamp_source = TimestampSource.EXCHANGE
    elif file_time:
        timestamp_source = TimestampSource.NBGRADER
    else:
        timestamp_source = TimestampSource.UNKNOWN
    has_timestamp_file = any(entry.name == TIMESTAMP_FILE for entry in entries)
    submitted_at = folder_time or file_time
    is_unreadable = has_timestamp_file and submitted_at is None
    return Candidate(
        location=place,
        label=student,
        identifiers=(("id", student), ("login", student), ("email", student)),
        assignment=assignment,
        files=lambda: files_by_name(entries),
        submitted_at=submitted_at,
        timestamp_source=timestamp_source,
        remark=f"{TIMESTAMP_FILE} names no time" if is_unreadable else "",
    )


def _read_timestamp_file(entries: list[TreeEntry]) -> datetime | None:
    """Return the time in `timestamp.txt`; None if there is none."""
    for entry in entries:
        if entry.name == TIMESTAMP_FILE and entry.kind == "file":
            try:
                content = entry.content(MAX_TIMESTAMP_BYTES)
            except OSError:
                return None
            return _parse_time(content.decode("utf-8", "replace"))
    return None


def _parse_time(text: str) -> datetime | None:
    """Return a time as nbgrader writes it, in UTC if no zone is given."""
    try:
        return parse_timestamp(text, zone=UTC)
    except (ValueError, KeyError):
        return None


SUBMITTED_SOURCE = SourceType(
    name="submitted", recognize=_recognize_submitted, read=_read_submitted
)
EXCHANGE_SOURCE = SourceType(name="exchange", recognize=_recognize_inbound, read=_read_inbound)
