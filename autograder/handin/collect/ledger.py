"""collected.yml at the top of the hand-ins: deadlines, names that were decided, and every attempt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import yaml

from autograder.config.parse_yaml import parse_yaml
from autograder.config.yaml_nodes import YamlNode
from autograder.errors import CourseError
from autograder.handin.collect.attempt import CLOCKS, Attempt, Clock, History
from autograder.handin.collect.timestamp import EXPECTED, parse_moment
from autograder.results import write
from autograder.text.suggestions import did_you_mean

FILE = "collected.yml"
HEADING = (
    "# What was collected, when it came, and which attempt is graded. `autograder collect` writes this file:\n"
    "# comments are not kept. After changing a deadline here run `autograder collect --into` its folder.\n"
)
Deadlines = Mapping[str, datetime]  # by assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything that is known of a folder of hand-ins."""

    deadlines: Deadlines = field(default_factory=dict)
    extensions: Mapping[str, Deadlines] = field(default_factory=dict)  # by student
    names: Mapping[str, str] = field(
        default_factory=dict
    )  # what a source calls a student -> the id, or a team
    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # the members' ids
    histories: Mapping[tuple[str, str], History] = field(
        default_factory=dict
    )  # by student and assignment

    def history(self, student: str, assignment: str) -> History:
        """The attempts of a student at an assignment."""
        return self.histories.get((student, assignment), History())

    def due(self, student: str, assignment: str) -> datetime | None:
        """The deadline for this student; None where there is none."""
        return self.extensions.get(student, {}).get(assignment, self.deadlines.get(assignment))

    def team_by_hand_in(self) -> dict[tuple[str, str], str]:
        """The team of each student and assignment whose graded attempt was handed in together."""
        graded = {
            key: each.attempts[each.graded - 1]
            for key, each in self.histories.items()
            if each.graded
        }
        return {key: attempt.team for key, attempt in graded.items() if attempt.team}


def read_record(file: Path, assignments: tuple[str, ...]) -> Record:
    """What the file says, an empty record where there is none; CourseError with a problem per
    mistake.
    """
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return Record()
    except OSError as error:
        raise CourseError(
            f"{file}: {(error.strerror or str(error)).lower()}; it must be a file"
        ) from None
    top = parse_yaml(data, str(file), expected="what `autograder collect` wrote")
    parts = top.fields(optional=("deadlines", "extensions", "names", "teams", "students"))
    record = Record(
        deadlines=_deadlines(parts["deadlines"], assignments),
        extensions={
            s: _deadlines(at, assignments) for s, at in _entries(parts["extensions"]).items()
        },
        names={name: at.text() for name, at in _entries(parts["names"]).items()},
        teams={
            team: tuple(each.text() for each in at.items(least=1))
            for team, at in _entries(parts["teams"]).items()
        },
        histories={
            (student, id): _history(each)
            for student, at in _entries(parts["students"]).items()
            for id, each in _of_assignments(at, assignments).items()
        },
    )
    if top.problems:
        raise CourseError(*map(str, sorted(top.problems)))
    return record


def write_record(file: Path, record: Record) -> None:
    """Write the file, whole or not at all."""
    write(file, record_text(record))


def record_text(record: Record) -> str:
    """The file's text; `read_record` reads the same from it."""
    students: dict[str, dict[str, Any]] = {}
    for (student, assignment), history in sorted(record.histories.items()):
        students.setdefault(student, {})[assignment] = {
            "graded": history.graded,
            "attempts": [_content(attempt) for attempt in history.attempts],
        }
    content = {
        "deadlines": _times(record.deadlines),
        "extensions": {student: _times(due) for student, due in sorted(record.extensions.items())},
        "names": dict(sorted(record.names.items())),
        "teams": {team: list(members) for team, members in sorted(record.teams.items())},
        "students": students,
    }
    filled = {key: value for key, value in content.items() if value}
    return HEADING + yaml.safe_dump(filled, allow_unicode=True, sort_keys=False, width=100)


def _times(deadlines: Deadlines) -> dict[str, str]:
    return {id: due.isoformat() for id, due in sorted(deadlines.items())}


def _content(attempt: Attempt) -> dict[str, Any]:
    came = None if attempt.came is None else attempt.came.isoformat()
    entries = {
        "came": came,
        "told_by": attempt.told_by,
        "source": attempt.source,
        "team": attempt.team,
        "renamed": attempt.renamed,
        "marked_late": attempt.marked_late,
        "digest": attempt.digest,
    }
    return {key: value for key, value in entries.items() if value}


def _entries(at: YamlNode) -> dict[str, YamlNode]:
    """The entries of a mapping that may be absent."""
    return at.entries() if at.is_there else {}


def _of_assignments(at: YamlNode, known: tuple[str, ...]) -> dict[str, YamlNode]:
    found = _entries(at)
    for id, entry in found.items():
        if id not in known:
            hint = did_you_mean(id, known) or f"; expected one of {', '.join(known)}"
            entry.add_error(f"no assignment {id!r} in the course{hint}", place=at.path)
    return found


def _deadlines(at: YamlNode, known: tuple[str, ...]) -> dict[str, datetime]:
    times = {id: _moment(entry) for id, entry in _of_assignments(at, known).items()}
    return {id: moment for id, moment in times.items() if moment is not None}


def _moment(at: YamlNode) -> datetime | None:
    """A time, with or without quotes; None where it is absent or wrong."""
    if not isinstance(at.node, yaml.ScalarNode):
        at.expect(EXPECTED)
        return None
    try:
        return parse_moment(at.node.value)
    except (ValueError, KeyError):
        at.expect(EXPECTED)
        return None


def _history(at: YamlNode) -> History:
    parts = at.fields("graded", "attempts")
    attempts = tuple(_attempt(entry) for entry in parts["attempts"].items(least=1))
    number = parts["graded"]
    text = number.node.value if isinstance(number.node, yaml.ScalarNode) else ""
    if not text.isdecimal() or int(text) > len(attempts):
        number.expect(f"the number of an attempt, from 1 to {len(attempts)}, or 0")
        text = "0"
    return History(attempts=attempts, graded=int(text))


def _attempt(at: YamlNode) -> Attempt:
    parts = at.fields(
        "told_by", "source", "digest", optional=("came", "team", "renamed", "marked_late")
    )
    return Attempt(
        digest=parts["digest"].text(),
        source=parts["source"].text(),
        came=_moment(parts["came"]) if parts["came"].is_there else None,
        told_by=cast(Clock, parts["told_by"].choice(CLOCKS, "unknown")),
        marked_late=parts["marked_late"].flag(),
        renamed=parts["renamed"].text() if parts["renamed"].is_there else "",
        team=parts["team"].text() if parts["team"].is_there else "",
    )
