"""Marks that people give: a YAML file of every student's decided criteria, bonuses, penalties and
waivers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import yaml

from autograder.config.yaml_nodes import NUMBER, Located, compose
from autograder.errors import CourseError
from autograder.model import Adjustment, Bonus, Decisions, Mark, Penalty, Rubric, Waiver
from autograder.results import write
from autograder.text.suggestions import did_you_mean

MARKS_FILE = "marks.yml"
MARKS_FILE_HEADING = "# What people decided, by student. `autograder marks` writes this file: comments are not kept.\n"
NO_DECISIONS: Mapping[str, Decisions] = {}
T = TypeVar("T")


def read_marks(
    file: Path, rubric: Rubric, students: Collection[str] | None
) -> dict[str, Decisions]:
    """What a file of marks decides about each student; CourseError with a complaint per mistake.

    `students` are those that a mark may be for; None: whoever is named.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CourseError(
            f"{file}: {(error.strerror or str(error)).lower()}; name a file of marks"
        ) from None
    top = compose(data, str(file), holds="the students and what is decided about each")
    found = {}
    for student, at in _mapping(top).items():
        if students is not None and student not in students:
            hint = did_you_mean(student, students) or "; name the student's folder"
            at.complain(f"no student {student!r} here{hint}", place="")
        found[student] = _decisions(at, rubric)
    if top.complaints:
        raise CourseError(*map(str, sorted(top.complaints)))
    return found


def students_in(submitted: Path) -> list[str]:
    """Whom a mark may be for: the folders of what was handed in."""
    return sorted(
        path.name for path in submitted.iterdir() if path.is_dir() and not path.name.startswith(".")
    )


def marks_text(decided: Mapping[str, Decisions]) -> str:
    """The file's text; `read_marks` reads the same from it."""
    content = {student: _content(d) for student, d in sorted(decided.items()) if d != Decisions()}
    return MARKS_FILE_HEADING + yaml.safe_dump(
        content, allow_unicode=True, sort_keys=False, width=100
    )


def write_marks(file: Path, decided: Mapping[str, Decisions]) -> None:
    """Write the file, whole or not at all."""
    write(file, marks_text(decided))


def decide(decisions: Decisions, decision: Mark | Adjustment | Waiver) -> Decisions:
    """The decisions with one more, in the place of an older one about the same."""
    rest = undecide(decisions, decision.criterion if isinstance(decision, Mark) else decision.id)
    if isinstance(decision, Mark):
        return replace(rest, marks=(*rest.marks, decision))
    if isinstance(decision, Adjustment):
        return replace(rest, adjustments=(*rest.adjustments, decision))
    return replace(rest, waivers=(*rest.waivers, decision))


def undecide(decisions: Decisions, id: str) -> Decisions:
    """The decisions without the one about `id`."""
    return Decisions(
        marks=tuple(m for m in decisions.marks if m.criterion != id),
        adjustments=tuple(a for a in decisions.adjustments if a.id != id),
        waivers=tuple(w for w in decisions.waivers if w.id != id),
    )


def _mapping(at: Located) -> dict[str, Located]:
    """The entries of a mapping that may be empty, or absent."""
    is_empty = isinstance(at.node, yaml.MappingNode) and not at.node.value
    return {} if is_empty or not at.is_there else at.entries()


def _decisions(at: Located, rubric: Rubric) -> Decisions:
    parts = at.fields(optional=("criteria", "adjustments", "waivers"))
    entries: dict[str, Bonus | Penalty] = {b.id: b for b in rubric.bonuses} | {
        p.id: p for p in rubric.penalties
    }
    adjustments = {
        id: _adjustment(id, e, entries) for id, e in _mapping(parts["adjustments"]).items()
    }
    waivers = _mapping(parts["waivers"])
    for id, entry in waivers.items():
        if id in adjustments:
            entry.complain("is both set and waived; keep one")
    return Decisions(
        marks=tuple(_mark(id, entry, rubric) for id, entry in _mapping(parts["criteria"]).items()),
        adjustments=tuple(adjustments.values()),
        waivers=tuple(_waiver(id, entry, entries) for id, entry in waivers.items()),
    )


def _mark(id: str, at: Located, rubric: Rubric) -> Mark:
    parts = at.fields("points", "author", "reason")
    criterion = _known(at, id, rubric.criteria, "criterion")
    points = parts["points"].number()
    if criterion is not None and not 0 <= points <= criterion.points:
        parts["points"].must_be(f"from 0 to {criterion.points}")
    return Mark(
        criterion=id, points=points, author=_text(parts["author"]), reason=_text(parts["reason"])
    )


def _adjustment(id: str, at: Located, entries: Mapping[str, Bonus | Penalty]) -> Adjustment:
    parts = at.fields("author", "reason", optional=("days",))
    entry = _known(at, id, entries, "bonus or penalty")
    counts_days = isinstance(entry, Penalty) and entry.days > 0
    if counts_days and not parts["days"].is_there:
        at.complain("counts days; say how many, such as days: 1")
    elif entry is not None and not counts_days and parts["days"].is_there:
        parts["days"].complain("this one does not count days; leave them out")
    days = parts["days"].count(default=0) if parts["days"].is_there else 0
    return Adjustment(
        id=id, days=days, author=_text(parts["author"]), reason=_text(parts["reason"])
    )


def _waiver(id: str, at: Located, entries: Mapping[str, Bonus | Penalty]) -> Waiver:
    parts = at.fields("author", "reason")
    _known(at, id, entries, "bonus or penalty")
    return Waiver(id=id, author=_text(parts["author"]), reason=_text(parts["reason"]))


def _known(at: Located, id: str, known: Mapping[str, T], what: str) -> T | None:
    if id not in known:
        hint = did_you_mean(id, known) or f"; expected one of {', '.join(known)}"
        at.complain(f"no {what} {id!r} in the rubric{hint}")
    return known.get(id)


def _text(at: Located) -> str:
    return at.text() if at.is_there else ""  # its absence was complained of


def _content(decisions: Decisions) -> dict[str, Any]:
    """One student's entry."""
    groups = {
        "criteria": {
            m.criterion: {"points": _points(m.points), "author": m.author, "reason": m.reason}
            for m in decisions.marks
        },
        "adjustments": {
            a.id: ({"days": a.days} if a.days else {}) | {"author": a.author, "reason": a.reason}
            for a in decisions.adjustments
        },
        "waivers": {w.id: {"author": w.author, "reason": w.reason} for w in decisions.waivers},
    }
    return {name: entries for name, entries in groups.items() if entries}


def _points(value: Fraction) -> int | float | str:
    """Points as YAML writes them without loss: 4, 2.5 or 1/3."""
    if value.denominator == 1:
        return value.numerator
    decimal = repr(float(value))
    return float(value) if NUMBER.fullmatch(decimal) and Fraction(decimal) == value else str(value)
