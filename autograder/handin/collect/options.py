"""What is to be collected, what the instructor says of it, and the record that a run begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from autograder.errors import CourseError
from autograder.handin.collect.ledger import FILE, Record, read_record
from autograder.handin.collect.roster import Roster
from autograder.handin.collect.store import ATTEMPTS
from autograder.handin.collect.teams import Teams, team_called
from autograder.handin.collect.tree import composed
from autograder.model import Course


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be collected, and what the instructor says of it."""

    sources: tuple[Path, ...]
    kind: str | None = None  # None: by the look of each
    assignment: str | None = None
    student: str | None = None
    came: datetime | None = None  # of hand-ins of which nothing else says when they came
    roster: Roster | None = None
    teams: Teams = field(default_factory=dict)
    deadlines: Mapping[str, datetime] = field(default_factory=dict)
    extensions: Mapping[tuple[str, str], datetime] = field(
        default_factory=dict
    )  # by student and assignment
    names: tuple[tuple[str, str], ...] = ()  # what a source calls a student, and the id or the team


def opened(course: Course, order: Order, root: Path) -> Record:
    """The record so far, with what the order says; CourseError where they contradict one another."""
    file = root / FILE
    record = read_record(file, tuple(a.id for a in course.assignments))
    if not file.exists() and any(path.is_dir() for path in (root / ATTEMPTS).glob("*")):
        raise CourseError(
            f"{file}: is not there, though {ATTEMPTS} is; put it back, or start another folder"
        )
    groups = {} if order.roster is None else order.roster.groups
    teams: Teams = {
        **record.teams,
        **{t: m for t, m in groups.items() if t in record.teams},
        **order.teams,
    }
    extensions = {student: dict(due) for student, due in record.extensions.items()}
    for (student, id), due in order.extensions.items():
        for each in teams.get(student, (student,)):
            extensions.setdefault(each, {})[id] = due
    return replace(
        record,
        deadlines={**record.deadlines, **order.deadlines},
        extensions=extensions,
        names=_decided(order.names, record.names, {**groups, **teams}, file),
        teams=teams,
    )


def _decided(
    pairs: Iterable[tuple[str, str]], known: Mapping[str, str], teams: Teams, file: Path
) -> dict[str, str]:
    """Whose each name is; CourseError where one is said to be two students' that are no team."""
    names = dict(known)
    for typed, id in pairs:
        name = composed(typed)  # as names of sources are compared
        before = names.get(name, id)
        names[name] = id if before == id else _team_of_both(before, id, teams)
        if names[name]:
            continue
        where = f", as {file} remembers" if known.get(name) == before else ""
        raise CourseError(
            f"--map: {name!r} is {before}{where}, and cannot be {id} too; keep one, or name the members of a team "
            "with --team FILE"
        )
    return names


def _team_of_both(first: str, second: str, teams: Teams) -> str:
    """The team that has both students, or is one and has the other; empty where there is none."""
    named = [name for name in (first, second) if team_called(teams, (name,))]
    together = [team for team, members in teams.items() if {first, second} <= {team, *members}]
    return named[0] if named and together else next(iter(together), "")
