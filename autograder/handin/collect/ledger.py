"""The ledger collected.yml at the top of the hand-ins: deadlines, names, teams and all attempts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import yaml

from autograder.config.parse_yaml import parse_yaml
from autograder.config.yaml_nodes import YamlNode
from autograder.errors import CourseError
from autograder.handin.collect.attempt import History
from autograder.handin.collect.extensions import EXTENSIONS_FILE, KnownNames, read_extensions
from autograder.handin.collect.identity.enrollment import (
    Enrollments,
    members_of,
    names_in,
)
from autograder.handin.collect.ledger_entries import (
    attempt_content,
    enrollment_content,
    read_enrollment,
    read_history,
    read_timestamp,
)
from autograder.results import write
from autograder.text.suggestions import did_you_mean

LEDGER_FILE = "collected.yml"
LEDGER_HEADING = (
    "# What was collected, when it came, and which attempt is graded. "
    "`autograder collect` writes this file:\n"
    "# comments are not kept. After changing a deadline here run "
    "`autograder collect --into` its folder.\n"
)
LEDGER_PARTS = ("deadlines", "extensions", "names", "teams", "roster", "students")

Deadlines = Mapping[str, datetime]  # by assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What is known of a folder of hand-ins."""

    deadlines: Deadlines = field(default_factory=dict)
    extensions: Mapping[str, Deadlines] = field(default_factory=dict)  # by student
    # From a source's name of a student or a team to the student's id or the team's name.
    names: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # the members' ids
    enrollments: Enrollments = field(default_factory=dict)  # of the latest list of students
    # By student and assignment; extensions.yml, beside the ledger, states them.
    granted: Mapping[str, Deadlines] = field(default_factory=dict)
    # By student and assignment.
    histories: Mapping[tuple[str, str], History] = field(default_factory=dict)

    def history(self, student: str, assignment: str) -> History:
        """Return the attempts of a student at an assignment."""
        return self.histories.get((student, assignment), History())

    def due(self, student: str, assignment: str) -> datetime | None:
        """Return the deadline for this student; None if there is none."""
        own = {**self.extensions.get(student, {}), **self.granted.get(student, {})}
        return own.get(assignment, self.deadlines.get(assignment))

    def team_by_hand_in(self) -> dict[tuple[str, str], str]:
        """Return the team of each student and assignment whose graded attempt is a team's."""
        teams = {}
        for student_and_assignment, history in self.histories.items():
            if not history.graded:
                continue
            team = history.attempts[history.graded - 1].team
            if team:
                teams[student_and_assignment] = team
        return teams


def read_ledger(file: Path, assignments: tuple[str, ...]) -> Ledger:
    """Read a ledger; an empty one if there is no file.

    Extensions that extensions.yml beside it grants are part of it. Raises CourseError with a
    complaint for each mistake in these files.
    """
    return with_extensions(read_ledger_alone(file, assignments), file, assignments)


def with_extensions(ledger: Ledger, file: Path, assignments: tuple[str, ...]) -> Ledger:
    """Return the ledger with the extensions that the file beside `file` grants."""
    data = read_bytes(file.with_name(EXTENSIONS_FILE))
    if data is None:
        return replace(ledger, granted={})
    people = {student: (student,) for student, _ in ledger.histories}
    people |= {student: (student,) for student in ledger.enrollments}
    groups = {n: members_of(ledger.enrollments, n) for n in names_in(ledger.enrollments)}
    known = KnownNames(
        students={**groups, **ledger.teams, **people},
        assignments=assignments,
        deadlines=ledger.deadlines,
        is_complete=bool(ledger.enrollments),
    )
    granted = read_extensions(data, str(file.with_name(EXTENSIONS_FILE)), known)
    return replace(ledger, granted=granted)


def read_ledger_alone(file: Path, assignments: tuple[str, ...]) -> Ledger:
    """Read a ledger without the extensions beside it; an empty one if there is no file."""
    data = read_bytes(file)
    if data is None:
        return Ledger()
    top = parse_yaml(data, str(file), expected="what `autograder collect` wrote")
    parts = top.fields(optional=LEDGER_PARTS)
    extensions = {
        student: _read_deadlines(node, assignments)
        for student, node in _entries(parts["extensions"]).items()
    }
    teams = {
        team: tuple(member.text() for member in node.items(least=1))
        for team, node in _entries(parts["teams"]).items()
    }
    ledger = Ledger(
        deadlines=_read_deadlines(parts["deadlines"], assignments),
        extensions=extensions,
        names={name: node.text() for name, node in _entries(parts["names"]).items()},
        teams=teams,
        enrollments={
            student: read_enrollment(node) for student, node in _entries(parts["roster"]).items()
        },
        histories=_read_histories(parts["students"], assignments),
    )
    if top.problems:
        raise CourseError(*map(str, sorted(top.problems)))
    return ledger


def write_ledger(file: Path, ledger: Ledger) -> None:
    """Write the file, whole or not at all."""
    write(file, ledger_text(ledger))


def ledger_text(ledger: Ledger) -> str:
    """Return the file's text, from which `read_ledger` reads the same ledger."""
    students: dict[str, dict[str, object]] = {}
    for (student, assignment), history in sorted(ledger.histories.items()):
        students.setdefault(student, {})[assignment] = {
            "graded": history.graded,
            "attempts": [attempt_content(attempt) for attempt in history.attempts],
        }
    extensions = {
        student: _deadline_texts(deadlines)
        for student, deadlines in sorted(ledger.extensions.items())
    }
    content: dict[str, object] = {
        "deadlines": _deadline_texts(ledger.deadlines),
        "extensions": extensions,
        "names": dict(sorted(ledger.names.items())),
        "teams": {team: list(members) for team, members in sorted(ledger.teams.items())},
        "roster": {
            student: enrollment_content(own) for student, own in sorted(ledger.enrollments.items())
        },
        "students": students,
    }
    filled = {part: value for part, value in content.items() if value}
    return LEDGER_HEADING + yaml.safe_dump(filled, allow_unicode=True, sort_keys=False, width=100)


def settled(ledger: Ledger) -> Ledger:
    """Return the ledger with what is granted among its own extensions, for a copy of it."""
    extensions = {student: dict(own) for student, own in ledger.extensions.items()}
    for student, own in ledger.granted.items():
        extensions.setdefault(student, {}).update(own)
    return replace(ledger, extensions=extensions, granted={})


def read_bytes(file: Path) -> bytes | None:
    """Return the file's bytes; None if there is no file."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CourseError(f"{file}: {reason}; it must be a file") from None


def _deadline_texts(deadlines: Deadlines) -> dict[str, str]:
    return {assignment: due.isoformat() for assignment, due in sorted(deadlines.items())}


def _entries(node: YamlNode) -> dict[str, YamlNode]:
    """Return the entries of a mapping that may be absent."""
    return node.entries() if node.is_there else {}


def _entries_by_assignment(node: YamlNode, known: tuple[str, ...]) -> dict[str, YamlNode]:
    found = _entries(node)
    for assignment, entry in found.items():
        if assignment not in known:
            hint = did_you_mean(assignment, known) or f"; expected one of {', '.join(known)}"
            entry.add_error(f"no assignment {assignment!r} in the course{hint}", place=node.path)
    return found


def _read_deadlines(node: YamlNode, known: tuple[str, ...]) -> dict[str, datetime]:
    deadlines = {}
    for assignment, entry in _entries_by_assignment(node, known).items():
        due = read_timestamp(entry)
        if due is not None:
            deadlines[assignment] = due
    return deadlines


def _read_histories(node: YamlNode, assignments: tuple[str, ...]) -> dict[tuple[str, str], History]:
    histories = {}
    for student, of_student in _entries(node).items():
        for assignment, entry in _entries_by_assignment(of_student, assignments).items():
            histories[student, assignment] = read_history(entry)
    return histories
