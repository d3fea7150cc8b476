"""The lines that two students' code has in common, and which line of the other each is like."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from autograder.class_analysis.copies.compared_code import RUN_WORDS, ComparedCode, Run, runs_of

# A run that more of the class has is course material: it is not marked as common of two.
MAX_SHARE_OF_CLASS = 0.2
MIN_STUDENTS_OF_MATERIAL = 6  # in a small class; two or three friends are no course material


def marked_runs(
    one: ComparedCode, other: ComparedCode, students_with: Mapping[Run, int], students: int
) -> frozenset[Run]:
    """Return the runs that both have and few others."""
    most = max(MIN_STUDENTS_OF_MATERIAL, MAX_SHARE_OF_CLASS * students)
    return frozenset(r for r in one.own_runs & other.own_runs if students_with[r] <= most)


def common_lines(code: ComparedCode, beside: ComparedCode, runs: Collection[Run]) -> dict[int, int]:
    """Return the lines of `code` that some of the runs cover: by each its like in `beside`."""
    places: dict[Run, int] = {}
    for place, run in enumerate(runs_of(beside.words)):
        places.setdefault(run, place)
    likes: dict[int, int] = {}
    for start, run in enumerate(runs_of(code.words)):
        if run in runs:
            for offset in range(RUN_WORDS):
                likes.setdefault(code.lines[start + offset], beside.lines[places[run] + offset])
    return dict(sorted(likes.items()))
