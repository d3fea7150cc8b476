"""Options of a collect run, and the ledger that it begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from autograder.errors import CourseError
from autograder.handin.collect.identity.roster import Roster
from autograder.handin.collect.identity.teams import Teams, find_team
from autograder.handin.collect.ledger import (
    LEDGER_FILE,
    Ledger,
    read_ledger_alone,
    with_extensions,
)
from autograder.handin.collect.source_tree import normalize
from autograder.handin.collect.store import ATTEMPTS_FOLDER
from autograder.model import Course


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectOptions:
    """What to collect, and what the instructor says about it."""

    sources: tuple[Path, ...]
    source_type: str | None = None  # None: detected for each source
    assignment: str | None = None
    student: str | None = None
    submitted_at: datetime | None = None  # of hand-ins whose source gives no time
    roster: Roster | None = None
    teams: Teams = field(default_factory=dict)
    deadlines: Mapping[str, datetime] = field(default_factory=dict)
    # By student (or team) and assignment.
    extensions: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    # From a source's name of a student to the id or the team.
    names: tuple[tuple[str, str], ...] = ()


def initial_ledger(course: Course, options: CollectOptions, root: Path) -> Ledger:
    """Return the ledger of `root` with the options added.

    Raises CourseError if the options contradict the ledger or one another.
    """
    file = root / LEDGER_FILE
    known_assignments = tuple(assignment.id for assignment in course.assignments)
    ledger = read_ledger_alone(file, known_assignments)
    attempts = root / ATTEMPTS_FOLDER
    if not file.exists() and any(path.is_dir() for path in attempts.glob("*")):
        raise CourseError(
            f"{file}: is not there, though {ATTEMPTS_FOLDER} is; "
            "put it back, or start another folder"
        )
    groups = options.roster.groups if options.roster else {}
    known_groups = {team: ids for team, ids in groups.items() if team in ledger.teams}
    teams: Teams = {**ledger.teams, **known_groups, **options.teams}
    enrollments = options.roster.enrollments if options.roster else ledger.enrollments
    updated = replace(
        ledger,
        enrollments=enrollments,
        deadlines={**ledger.deadlines, **options.deadlines},
        extensions=_merge_extensions(ledger, options, teams),
        names=_merge_names(options.names, ledger.names, {**groups, **teams}, file),
        teams=teams,
    )
    return with_extensions(updated, file, known_assignments)


def _merge_extensions(
    ledger: Ledger, options: CollectOptions, teams: Teams
) -> dict[str, dict[str, datetime]]:
    """Return the extensions by student; one for a team applies to each member."""
    extensions = {student: dict(own) for student, own in ledger.extensions.items()}
    for (name, assignment), due in options.extensions.items():
        for student in teams.get(name, (name,)):
            extensions.setdefault(student, {})[assignment] = due
    return extensions


def _merge_names(
    pairs: Iterable[tuple[str, str]], known: Mapping[str, str], teams: Teams, file: Path
) -> dict[str, str]:
    """Return the owner of each name.

    Raises CourseError if a name is given to two students who are no team.
    """
    names = dict(known)
    for typed, owner in pairs:
        name = normalize(typed)  # as the names of sources are
        before = names.get(name, owner)
        names[name] = owner if before == owner else _team_of_both(before, owner, teams)
        if names[name]:
            continue
        where = f", as {file} remembers" if known.get(name) == before else ""
        raise CourseError(
            f"--map: {name!r} is {before}{where}, and cannot be {owner} too; "
            "keep one, or name the members of a team with --team FILE"
        )
    return names


def _team_of_both(first: str, second: str, teams: Teams) -> str:
    """Return the team that has both students, or is one and has the other; empty if none."""
    together = [team for team, ids in teams.items() if {first, second} <= {team, *ids}]
    if not together:
        return ""
    for name in (first, second):
        if find_team(teams, (name,)):
            return name
    return together[0]
