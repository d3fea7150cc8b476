"""Moodle: the bulk download of an assignment, whose folder or file names tell the student."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.handin.collect.attempt import TimestampSource
from autograder.handin.collect.candidate import Candidate, location
from autograder.handin.collect.source_tree import SourceTree, TreeEntry, files_by_name
from autograder.handin.collect.sources.source_type import SourceType, assignments_or_unknown
from autograder.model import Course

# <full name>_<participant>_assignsubmission_<plugin>[_][<name>]
# A folder; with <name> a file, as older versions of Moodle pack it.
ENTRY_NAME = re.compile(
    r"(?P<student>.+)_(?P<number>\d+)_assignsubmission_(?P<plugin>[a-z]+)_?(?P<name>.*)", re.DOTALL
)
FILE_PLUGIN = "file"  # the others hold online text and comments


def _recognize(tree: SourceTree, course: Course) -> set[str]:
    return {name for name in tree.by_top_name() if ENTRY_NAME.fullmatch(name)}


def _read(tree: SourceTree, course: Course) -> Iterator[list[Candidate]]:
    by_student: dict[tuple[str, str], dict[str, TreeEntry]] = {}
    for top_name, entries in tree.by_top_name().items():
        match = ENTRY_NAME.fullmatch(top_name)
        if match is None:
            continue
        files = by_student.setdefault((match["student"], match["number"]), {})
        if match["plugin"] != FILE_PLUGIN:
            continue
        if match["name"]:
            files[match["name"]] = entries[0]
        else:
            files.update(files_by_name(entries))
    # `Team 1-Ana García`: every name has its group in front in an assignment of teams.
    is_grouped = all("-" in student for student, _ in by_student)
    for (student, number), files in by_student.items():
        for assignment in assignments_or_unknown(files, course):
            yield [_candidate(tree, student, number, files, assignment, is_grouped=is_grouped)]


def _candidate(
    tree: SourceTree,
    student: str,
    number: str,
    files: dict[str, TreeEntry],
    assignment: str,
    *,
    is_grouped: bool,
) -> Candidate:
    """Return a student's files for an assignment; Moodle gives no time."""
    label = f"{student}_{number}"
    return Candidate(
        location=location(tree.place, label),
        label=label,
        # The number belongs to this one assignment: only its grading worksheet lists it.
        identifiers=(("participant", number), ("name", student)),
        assignment=assignment,
        files=lambda: files,
        submitted_at=None,
        timestamp_source=TimestampSource.UNKNOWN,
        by_lms=True,
        is_grouped=is_grouped,
    )


MOODLE_SOURCE = SourceType(name="moodle", recognize=_recognize, read=_read)
