"""What was found of copies, for other programs: docs/reference/analysis.md describes the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from autograder.class_analysis.copies.compared_code import RUN_WORDS
from autograder.class_analysis.copies.find_copies import (
    AssignmentCopies,
    SharedWork,
    alike_in_several,
)
from autograder.model import Course
from autograder.results import JsonObject, json_text
from autograder.version import __version__

SCHEMA_VERSION = 1
SHARE_DIGITS = 4


def copies_json(course: Course, assignments: Sequence[AssignmentCopies], threshold: float) -> str:
    """Return the text of copies.json."""
    content: JsonObject = {
        "schema": SCHEMA_VERSION,
        "version": __version__,
        "course": course.id,
        "threshold": threshold,
        "run_words": RUN_WORDS,
        "assignments": [_assignment(copies) for copies in assignments],
        "in_several": [
            {"students": list(pair.students), "assignments": list(pair.works)}
            for pair in alike_in_several(assignments)
        ],
    }
    return json_text(content)


def _assignment(copies: AssignmentCopies) -> JsonObject:
    return {
        "assignment": copies.assignment.id,
        "compared": sorted(copies.codes),
        "not_compared": {code.student: code.reason for code in copies.unread},
        "clusters": [list(group) for group in copies.clusters],
        "pairs": [_pair(work) for work in copies.found],
        "below": [_pair(work) for work in copies.below],
        "left_out": copies.left_out,
    }


def _pair(work: SharedWork) -> JsonObject:
    pair = work.pair
    return {
        "students": list(work.students),
        "share": None if pair is None else round(pair.share, SHARE_DIGITS),
        "shares": None
        if pair is None
        else {
            pair.one: round(pair.share_of_one, SHARE_DIGITS),
            pair.other: round(pair.share_of_other, SHARE_DIGITS),
        },
        "signals": list(work.signals),
        "lines": {
            student: _lines(common)
            for student, common in zip(work.students, work.lines, strict=True)
        },
    }


def _lines(common: Mapping[int, int]) -> list[list[int]]:
    """Return line numbers as ranges: the first and the last of each."""
    return list(_ranges(sorted(common)))


def _ranges(numbers: Iterable[int]) -> Iterable[list[int]]:
    current: list[int] = []
    for number in numbers:
        if current and number == current[1] + 1:
            current[1] = number
        else:
            if current:
                yield current
            current = [number, number]
    if current:
        yield current
