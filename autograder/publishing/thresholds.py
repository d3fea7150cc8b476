"""The thresholds that a student crosses between two grades: verdict, pass mark, minima, levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from autograder.publishing.changes import Crossing, Direction
from autograder.publishing.grade_files import PublishedGrade

RANK_OF_VERDICT = {"failed": 0, "pending": 1, "passed": 2}
NAME_OF_MINIMUM = {False: "missed", None: "open", True: "reached"}
RANK_OF_MINIMUM = {"missed": 0, "open": 1, "reached": 2}
NO_LEVEL = "–"


def crossings_between(before: PublishedGrade, after: PublishedGrade) -> Iterator[Crossing]:
    """Yield every threshold that the student crosses, in either direction."""
    if before.verdict != after.verdict:
        yield Crossing(
            kind="verdict",
            before=before.verdict,
            after=after.verdict,
            direction=_direction(RANK_OF_VERDICT[before.verdict], RANK_OF_VERDICT[after.verdict]),
        )
    yield from _pass_mark(before, after)
    old = {each["id"]: each for each in before.content["categories"]}
    for category in after.content["categories"]:
        if category["id"] in old:
            yield from _of_category(old[category["id"]], category)
    yield from _project_level(before.content["measurement"], after.content["measurement"])


def _pass_mark(before: PublishedGrade, after: PublishedGrade) -> Iterator[Crossing]:
    had, has = _reaches_pass_mark(before), _reaches_pass_mark(after)
    if had != has:
        yield Crossing(
            kind="pass_mark",
            before=NAME_OF_MINIMUM[had],
            after=NAME_OF_MINIMUM[has],
            direction=_direction(had, has),
        )


def _reaches_pass_mark(grade: PublishedGrade) -> bool:
    return grade.total >= Fraction(grade.content["pass_total_exact"])


def _of_category(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Crossing]:
    """Yield a category's minimum and level where they are crossed."""
    old, new = NAME_OF_MINIMUM[before["met"]], NAME_OF_MINIMUM[after["met"]]
    if old != new:
        yield Crossing(
            kind="minimum",
            name=after["id"],
            before=old,
            after=new,
            direction=_direction(RANK_OF_MINIMUM[old], RANK_OF_MINIMUM[new]),
        )
    if before["level"] != after["level"]:
        earned = Fraction(before["earned_exact"]), Fraction(after["earned_exact"])
        is_open = before["level"] is None or after["level"] is None
        yield Crossing(
            kind="level",
            name=after["id"],
            before=before["level"] or NO_LEVEL,
            after=after["level"] or NO_LEVEL,
            direction="open" if is_open else _direction(*earned),
        )


def _project_level(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> Iterator[Crossing]:
    """Yield the level of the measured accuracy where it is another."""
    old, new = (before or {}).get("level"), (after or {}).get("level")
    if old != new:
        yield Crossing(
            kind="project_level",
            before=old or NO_LEVEL,
            after=new or NO_LEVEL,
            direction=_direction(_accuracy(before), _accuracy(after)),
        )


def _accuracy(measurement: Mapping[str, Any] | None) -> Fraction:
    """Return the measured share; less than any where nothing was measured."""
    if measurement is None:
        return Fraction(-1)
    return Fraction(measurement["correct"], measurement["n"])


def _direction(before: Fraction | int, after: Fraction | int) -> Direction:
    if before == after:
        return "open"  # the threshold itself was moved
    return "up" if after > before else "down"
