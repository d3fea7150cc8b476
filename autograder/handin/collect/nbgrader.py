"""nbgrader's own layouts: `submitted/<student>/<assignment>/`, and the exchange's `inbound/`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from autograder.handin.archive import stem_of
from autograder.handin.collect.attempt import TIMESTAMP
from autograder.handin.collect.candidate import Found, Kind, by_name, ids, where
from autograder.handin.collect.timestamp import parse_moment
from autograder.handin.collect.tree import Entry, Tree
from autograder.model import Course

LONGEST_TIME = 100  # characters
INBOUND = re.compile(
    r"(?P<student>[^+]+)\+(?P<assignment>[^+]+)\+(?P<time>[^+]+)(?:\+.*)?", re.DOTALL
)


def _moment(text: str) -> datetime | None:
    """A time as nbgrader writes it, which may leave UTC out."""
    try:
        return parse_moment(text, zone=UTC)
    except (ValueError, KeyError):
        return None


def _stamp(entries: list[Entry]) -> datetime | None:
    """What `timestamp.txt` says."""
    stamp = next((e for e in entries if e.name == TIMESTAMP and e.kind == "file"), None)
    try:
        return (
            None
            if stamp is None
            else _moment(stamp.content(LONGEST_TIME).decode("utf-8", "replace"))
        )
    except OSError:
        return None


def _submitted_of(tree: Tree) -> dict[tuple[str, str], list[Entry]]:
    """The entries by student and assignment, or archive of one."""
    found: dict[tuple[str, str], list[Entry]] = {}
    for entry in tree.entries:
        if len(entry.path) >= 2:
            found.setdefault((entry.path[0], stem_of(entry.path[1]) or entry.path[1]), []).append(
                entry
            )
    return found


def _takes_submitted(tree: Tree, course: Course) -> set[str]:
    found = _submitted_of(tree)
    return {student for student, _ in found} if {id for _, id in found} & {*ids(course)} else set()


def _read_submitted(tree: Tree, course: Course) -> Iterator[list[Found]]:
    for (student, assignment), entries in _submitted_of(tree).items():
        yield [_found(tree, (student, assignment), student, assignment, entries, None)]


def _takes_inbound(tree: Tree, course: Course) -> set[str]:
    return {name for name in tree.tops() if INBOUND.fullmatch(name)}


def _read_inbound(tree: Tree, course: Course) -> Iterator[list[Found]]:
    for name, entries in tree.tops().items():
        if match := INBOUND.fullmatch(name):
            yield [
                _found(
                    tree,
                    (name,),
                    match["student"],
                    match["assignment"],
                    entries,
                    _moment(match["time"]),
                )
            ]


def _found(
    tree: Tree,
    path: tuple[str, ...],
    student: str,
    assignment: str,
    entries: list[Entry],
    named: datetime | None,
) -> Found:
    """A hand-in that came at the time that its folder is `named` after, or else as its timestamp
    says.
    """
    stamp, has_stamp = _stamp(entries), any(entry.name == TIMESTAMP for entry in entries)
    return Found(
        where=where(tree.place, *path),
        label=student,
        clues=(("id", student), ("login", student), ("email", student)),
        assignment=assignment,
        files=lambda: by_name(entries),
        came=named or stamp,
        told_by="exchange" if named else "nbgrader" if stamp else "unknown",
        remark=f"{TIMESTAMP} names no time" if has_stamp and not (named or stamp) else "",
    )


SUBMITTED = Kind(name="submitted", takes=_takes_submitted, read=_read_submitted)
EXCHANGE = Kind(name="exchange", takes=_takes_inbound, read=_read_inbound)
