"""The file of marks: what people decided about criteria, bonuses and penalties, by student."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias, TypeVar

import yaml

from autograder.config.parse_yaml import parse_yaml
from autograder.config.yaml_nodes import NUMBER_PATTERN, YamlNode
from autograder.errors import CourseError
from autograder.model import (
    Adjustment,
    Appeal,
    Bonus,
    Decisions,
    Mark,
    Penalty,
    Rubric,
    Waiver,
)
from autograder.results import write
from autograder.text.suggestions import did_you_mean

MARKS_FILE = "marks.yml"
MARKS_FILE_HEADING = (
    "# What people decided, by student. "
    "`autograder marks` writes this file: comments are not kept.\n"
)
NO_DECISIONS: Mapping[str, Decisions] = {}
T = TypeVar("T")
YamlEntry: TypeAlias = dict[str, int | float | str | list[str]]  # a decision, by key


def read_marks(
    file: Path, rubric: Rubric, students: Collection[str] | None
) -> dict[str, Decisions]:
    """Return what a file of marks decides, by student; CourseError with a line per mistake.

    `students` are those that a mark may be for; None: any.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CourseError(
            f"{file}: {(error.strerror or str(error)).lower()}; name a file of marks"
        ) from None
    top = parse_yaml(data, str(file), expected="the students and what is decided about each")
    found = {}
    for student, at in _mapping(top).items():
        if students is not None and student not in students:
            hint = did_you_mean(student, students) or "; name the student's folder"
            at.add_error(f"no student {student!r} here{hint}", place="")
        found[student] = _decisions(at, rubric)
    if top.problems:
        raise CourseError(*map(str, sorted(top.problems)))
    return found


def students_in(submitted: Path) -> list[str]:
    """Return the students that a mark may be for: those with a folder of hand-ins."""
    folders = [path.name for path in submitted.iterdir() if path.is_dir()]
    return sorted(name for name in folders if not name.startswith("."))


def marks_text(decided: Mapping[str, Decisions]) -> str:
    """Return the text of a file of marks, from which `read_marks` reads the same."""
    content = {}
    for student, decisions in sorted(decided.items()):
        if decisions != Decisions():
            content[student] = _content(decisions)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)
    return MARKS_FILE_HEADING + text


def write_marks(file: Path, decided: Mapping[str, Decisions]) -> None:
    """Write the file, whole or not at all; it is on the disk when this returns."""
    write(file, marks_text(decided), is_synced=True)


def decide(decisions: Decisions, decision: Mark | Adjustment | Waiver | Appeal) -> Decisions:
    """Return the decisions with one more, which replaces an older one about the same entry."""
    if isinstance(decision, Appeal):
        others = without_appeal(decisions, decision.criterion)
        return replace(others, appeals=(*others.appeals, decision))
    rest = undecide(decisions, decision.criterion if isinstance(decision, Mark) else decision.id)
    if isinstance(decision, Mark):
        return replace(rest, marks=(*rest.marks, decision))
    if isinstance(decision, Adjustment):
        return replace(rest, adjustments=(*rest.adjustments, decision))
    return replace(rest, waivers=(*rest.waivers, decision))


def undecide(decisions: Decisions, entry_id: str) -> Decisions:
    """Return the decisions without the one about a criterion, bonus or penalty.

    The appeal against a criterion stays.
    """
    return replace(
        decisions,
        marks=tuple(mark for mark in decisions.marks if mark.criterion != entry_id),
        adjustments=tuple(each for each in decisions.adjustments if each.id != entry_id),
        waivers=tuple(waiver for waiver in decisions.waivers if waiver.id != entry_id),
    )


def without_appeal(decisions: Decisions, criterion: str) -> Decisions:
    """Return the decisions without the appeal against a criterion."""
    appeals = tuple(appeal for appeal in decisions.appeals if appeal.criterion != criterion)
    return replace(decisions, appeals=appeals)


def about(decisions: Decisions, entry_id: str) -> Decisions:
    """Return the part of the decisions about a criterion, bonus or penalty, its appeal included."""
    return Decisions(
        marks=tuple(mark for mark in decisions.marks if mark.criterion == entry_id),
        adjustments=tuple(each for each in decisions.adjustments if each.id == entry_id),
        waivers=tuple(waiver for waiver in decisions.waivers if waiver.id == entry_id),
        appeals=tuple(appeal for appeal in decisions.appeals if appeal.criterion == entry_id),
    )


def with_part(decisions: Decisions, entry_id: str, part: Decisions) -> Decisions:
    """Return the decisions with `part` in the place of what is decided about an entry."""
    rest = without_appeal(undecide(decisions, entry_id), entry_id)
    return Decisions(
        marks=(*rest.marks, *part.marks),
        adjustments=(*rest.adjustments, *part.adjustments),
        waivers=(*rest.waivers, *part.waivers),
        appeals=(*rest.appeals, *part.appeals),
    )


def _mapping(at: YamlNode) -> dict[str, YamlNode]:
    """Return the entries of a mapping that may be empty, or absent."""
    is_empty = isinstance(at.node, yaml.MappingNode) and not at.node.value
    return {} if is_empty or not at.is_there else at.entries()


def _decisions(at: YamlNode, rubric: Rubric) -> Decisions:
    """Read what is decided about one student."""
    parts = at.fields(optional=("criteria", "adjustments", "waivers", "appeals"))
    known: dict[str, Bonus | Penalty] = {bonus.id: bonus for bonus in rubric.bonuses}
    known |= {penalty.id: penalty for penalty in rubric.penalties}
    marks = []
    for criterion, entry in _mapping(parts["criteria"]).items():
        marks.append(_mark(criterion, entry, rubric))
    adjustments = {}
    for entry_id, entry in _mapping(parts["adjustments"]).items():
        adjustments[entry_id] = _adjustment(entry_id, entry, known)
    waivers = []
    for entry_id, entry in _mapping(parts["waivers"]).items():
        if entry_id in adjustments:
            entry.add_error("is both set and waived; keep one")
        waivers.append(_waiver(entry_id, entry, known))
    appeals = []
    for criterion, entry in _mapping(parts["appeals"]).items():
        appeals.append(_appeal(criterion, entry, rubric))
    return Decisions(
        marks=tuple(marks),
        adjustments=tuple(adjustments.values()),
        waivers=tuple(waivers),
        appeals=tuple(appeals),
    )


def _mark(criterion_id: str, at: YamlNode, rubric: Rubric) -> Mark:
    parts = at.fields("points", "author", "reason", optional=("overrules",))
    overrules = parts["overrules"].items(least=1) if parts["overrules"].is_there else ()
    criterion = _known(at, criterion_id, rubric.criteria, "criterion")
    points = parts["points"].number()
    if criterion is not None and not 0 <= points <= criterion.points:
        parts["points"].expect(f"from 0 to {criterion.points}")
    return Mark(
        criterion=criterion_id,
        points=points,
        author=_text(parts["author"]),
        reason=_text(parts["reason"]),
        overrules=tuple(check.text() for check in overrules),
    )


def _appeal(criterion_id: str, at: YamlNode, rubric: Rubric) -> Appeal:
    """Read an appeal: without an author and a reason it waits for its answer."""
    parts = at.fields("asks", optional=("author", "reason"))
    _known(at, criterion_id, rubric.criteria, "criterion")
    if parts["author"].is_there != parts["reason"].is_there:
        at.add_error("an answer has an author and a reason; give both, or neither while it waits")
    author, reason = _text(parts["author"]), _text(parts["reason"])
    return Appeal(criterion=criterion_id, asks=_text(parts["asks"]), author=author, reason=reason)


def _adjustment(entry_id: str, at: YamlNode, known: Mapping[str, Bonus | Penalty]) -> Adjustment:
    parts = at.fields("author", "reason", optional=("days",))
    entry = _known(at, entry_id, known, "bonus or penalty")
    counts_days = isinstance(entry, Penalty) and entry.days > 0
    if counts_days and not parts["days"].is_there:
        at.add_error("counts days; say how many, such as days: 1")
    elif entry is not None and not counts_days and parts["days"].is_there:
        parts["days"].add_error("this one does not count days; leave them out")
    days = parts["days"].count(default=0) if parts["days"].is_there else 0
    author, reason = _text(parts["author"]), _text(parts["reason"])
    return Adjustment(id=entry_id, days=days, author=author, reason=reason)


def _waiver(entry_id: str, at: YamlNode, known: Mapping[str, Bonus | Penalty]) -> Waiver:
    parts = at.fields("author", "reason")
    _known(at, entry_id, known, "bonus or penalty")
    return Waiver(id=entry_id, author=_text(parts["author"]), reason=_text(parts["reason"]))


def _known(at: YamlNode, entry_id: str, known: Mapping[str, T], noun: str) -> T | None:
    """Return the rubric's entry of an id; add an error and return None where there is none."""
    if entry_id not in known:
        hint = did_you_mean(entry_id, known) or f"; expected one of {', '.join(known)}"
        at.add_error(f"no {noun} {entry_id!r} in the rubric{hint}")
    return known.get(entry_id)


def _text(at: YamlNode) -> str:
    return at.text() if at.is_there else ""  # an error was added for its absence


def _content(decisions: Decisions) -> dict[str, dict[str, YamlEntry]]:
    """Return the content of one student's entry, without empty groups."""
    criteria: dict[str, YamlEntry] = {}
    adjustments: dict[str, YamlEntry] = {}
    waivers: dict[str, YamlEntry] = {}
    appeals: dict[str, YamlEntry] = {}
    for mark in decisions.marks:
        points = _points(mark.points)
        criteria[mark.criterion] = {"points": points, "author": mark.author, "reason": mark.reason}
        if mark.overrules:
            criteria[mark.criterion]["overrules"] = list(mark.overrules)
    for adjustment in decisions.adjustments:
        entry: YamlEntry = {"days": adjustment.days} if adjustment.days else {}
        entry |= {"author": adjustment.author, "reason": adjustment.reason}
        adjustments[adjustment.id] = entry
    for waiver in decisions.waivers:
        waivers[waiver.id] = {"author": waiver.author, "reason": waiver.reason}
    for appeal in decisions.appeals:
        answer: YamlEntry = {"author": appeal.author, "reason": appeal.reason}
        asked: YamlEntry = {"asks": appeal.asks}
        appeals[appeal.criterion] = asked if appeal.is_open else asked | answer
    groups = {
        "criteria": criteria,
        "adjustments": adjustments,
        "waivers": waivers,
        "appeals": appeals,
    }
    return {name: entries for name, entries in groups.items() if entries}


def _points(value: Fraction) -> int | float | str:
    """Return points as YAML writes them without loss: 4, 2.5 or 1/3."""
    if value.denominator == 1:
        return value.numerator
    decimal = repr(float(value))
    is_exact = NUMBER_PATTERN.fullmatch(decimal) is not None and Fraction(decimal) == value
    return float(value) if is_exact else str(value)
