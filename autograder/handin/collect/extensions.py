"""Extensions: later deadlines that an instructor grants, as extensions.yml states them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import yaml

from autograder.config.parse_yaml import parse_yaml
from autograder.config.yaml_nodes import YamlNode
from autograder.errors import CourseError
from autograder.handin.collect.identity.names import name_key
from autograder.handin.collect.timestamp import (
    EXPECTED_TIMESTAMP,
    as_utc,
    format_timestamp,
    parse_timestamp,
)
from autograder.text.suggestions import did_you_mean

EXTENSIONS_FILE = "extensions.yml"  # beside collected.yml, at the top of the hand-ins
EXPECTED_ENTRIES = (
    "a list of extensions, each with who, what, until and why, such as "
    "`- {who: ana, what: residual_block, until: 2026-12-03T23:59+01:00, why: illness}`"
)
EVERYTHING = "all"  # as `what`: every assignment

Granted = Mapping[str, Mapping[str, datetime]]  # by student and assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """What an extension may name."""

    # The students that a name stands for: one student, or those of a team, group or section.
    students: Mapping[str, tuple[str, ...]]
    assignments: tuple[str, ...]
    deadlines: Mapping[str, datetime]  # of the class, by assignment
    is_complete: bool  # whether `students` has everybody; else others may have no hand-in yet

    def students_called(self, name: str) -> tuple[str, ...]:
        """Return the students that a name stands for, spelled so or else in another way."""
        if name in self.students:
            return self.students[name]
        alike = [ids for other, ids in self.students.items() if name_key(other) == name_key(name)]
        return alike[0] if len(alike) == 1 else ()


def read_extensions(data: bytes, file: str, known: KnownNames) -> Granted:
    """Return the deadlines that a file grants; of several for one hand-in the latest counts.

    Raises CourseError with a complaint for each mistake in the file.
    """
    top = parse_yaml(data, file, expected=EXPECTED_ENTRIES)
    granted: dict[str, dict[str, datetime]] = {}
    if not isinstance(top.node, yaml.SequenceNode):
        top.expect(EXPECTED_ENTRIES)
        raise CourseError(*map(str, top.problems))
    for entry in top.items():
        parts = entry.fields("who", "what", "until", "why")
        students = list(_students(parts["who"], known))
        assignments = list(_assignments(parts["what"], known))
        if parts["why"].is_there:
            parts["why"].text()  # whoever grants it says why; staff read it here
        until = _until(parts["until"], assignments, known)
        if until is None:
            continue
        for student in students:
            own = granted.setdefault(student, {})
            for assignment in assignments:
                own[assignment] = max(own.get(assignment, until), until, key=as_utc)
    if top.problems:
        raise CourseError(*map(str, sorted(top.problems)))
    return granted


def _students(node: YamlNode, known: KnownNames) -> Iterator[str]:
    """Yield the students that `who` names; add an error for a name that nobody has."""
    for name_node in _one_or_more(node):
        name = _name(name_node)
        found = known.students_called(name)
        if found:
            yield from found
            continue
        hint = did_you_mean(name, known.students)
        if name and not hint and not known.is_complete:
            yield name  # who has handed in nothing yet is not known here
        elif name:
            hint = hint or "; name a student, team, group or section of the list of students"
            name_node.add_error(f"nobody is called {name!r}{hint}")


def _assignments(node: YamlNode, known: KnownNames) -> Iterator[str]:
    """Yield the assignments that `what` names."""
    for name_node in _one_or_more(node):
        name = _name(name_node)
        if name == EVERYTHING:
            yield from known.assignments
        elif name in known.assignments:
            yield name
        elif name:
            expected = f"; expected {EVERYTHING}, or one of {', '.join(known.assignments)}"
            hint = did_you_mean(name, known.assignments) or expected
            name_node.add_error(f"no assignment {name!r} in the course{hint}")


def _until(node: YamlNode, assignments: list[str], known: KnownNames) -> datetime | None:
    """Return the time that `until` gives; add an error where it is none, or before a deadline."""
    try:
        until = parse_timestamp(_name(node))
    except (ValueError, KeyError):
        if node.is_there:
            node.expect(EXPECTED_TIMESTAMP)
        return None
    for assignment in assignments:
        due = known.deadlines.get(assignment)
        if due is not None and as_utc(until) < as_utc(due):
            node.add_error(
                f"before the deadline of {assignment}, {format_timestamp(due)}; "
                "expected a later time"
            )
    return until


def _one_or_more(node: YamlNode) -> list[YamlNode]:
    """Return the entries of a list, or the single value as one."""
    if not node.is_there:
        return []
    return node.items(least=1) if isinstance(node.node, yaml.SequenceNode) else [node]


def _name(node: YamlNode) -> str:
    """Return a plain value as it is written, such as a number that is a student's id."""
    if isinstance(node.node, yaml.ScalarNode) and node.node.value.strip():
        return str(node.node.value).strip()
    if node.is_there:
        node.text()  # it adds the error
    return ""
