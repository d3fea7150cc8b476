"""Teams: students who hand in together, as the instructor lists them in a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, cast

import yaml

from autograder.config.parse_yaml import parse_yaml
from autograder.config.yaml_nodes import YamlNode
from autograder.errors import CourseError
from autograder.handin.collect.candidate import Identifier, RosterColumn
from autograder.handin.collect.identity.csv_table import CsvRow, parse_rows, read_text
from autograder.handin.collect.identity.headings import (
    HEADINGS_BY_COLUMN,
    NO_IDENTITY,
    column_places,
    fold_heading,
)
from autograder.handin.collect.identity.names import name_key
from autograder.handin.collect.identity.roster import (
    ID_COLUMNS,
    TEAM_SEPARATOR,
    Roster,
    row_cells,
    split_teams,
)
from autograder.handin.intake.folder_entries import is_usable_name
from autograder.text.suggestions import did_you_mean

Teams = Mapping[str, tuple[str, ...]]  # the ids of the members, by the team's name

MEMBER_HEADINGS = (
    *("member", "members", "students", "miembro", "miembros"),
    *("integrante", "integrantes", "estudiantes", "alumnos"),
)
TOP_KEYS = ("teams", "groups", "equipos", "grupos")  # may stand above the teams of a YAML file
YAML_SUFFIXES = (".yml", ".yaml", ".json")  # YAML includes JSON
MEMBER_COLUMNS = cast(
    "tuple[RosterColumn, ...]",
    tuple(column for column in HEADINGS_BY_COLUMN if column not in NO_IDENTITY),
)


class TeamMember(NamedTuple):
    """One member of a team as the file names it."""

    line: int
    team: str
    identifiers: tuple[Identifier, ...]


def find_team(teams: Iterable[str], names: Sequence[str]) -> str:
    """Return the team that one of these names means, without regard to accents and capitals.

    Empty if there is none.
    """
    wanted = {name_key(name) for name in names} - {""}
    return next((team for team in teams if name_key(team) in wanted), "")


def read_teams(file: Path, roster: Roster | None) -> Teams:
    """Read the teams of a CSV or YAML file; CourseError with a complaint for each mistake."""
    teams: dict[str, list[str]] = {}
    complaints = []
    for line, team, identifiers in _read_members(file):
        if not name_key(team):
            complaints.append(
                f"{file}:{line}: {team!r} is no name of a team; "
                "expected one with a letter or a digit"
            )
            continue
        try:
            student_id = _find_member(identifiers, roster)
        except ValueError as error:
            complaints.append(f"{file}:{line}: {team}: {error}")
            continue
        ids = teams.setdefault(find_team(teams, (team,)) or team, [])
        if student_id not in ids:
            ids.append(student_id)
    if complaints:
        raise CourseError(*complaints)
    if not teams:
        raise CourseError(
            f"{file}:1: no team; expected a CSV with the columns team and member, a row for each "
            "member, or the teams of a YAML file, such as 'Team 1: [ana, leo]'"
        )
    return {team: tuple(ids) for team, ids in teams.items()}


def _read_members(file: Path) -> Iterator[TeamMember]:
    text = read_text(file)
    if file.suffix.lower() in YAML_SUFFIXES:
        return _parse_yaml(file, text)
    return _parse_table(parse_rows(file, text))


def _find_member(identifiers: Sequence[Identifier], roster: Roster | None) -> str:
    """Return the id of a member; ValueError if none or several students match."""
    name = identifiers[0][1]
    if roster is None:
        if not is_usable_name(name):
            raise ValueError(f"{name!r} cannot be a student's id")
        return name
    ids = roster.find(identifiers)
    if len(ids) > 1:
        raise ValueError(f"{name!r} may be {' or '.join(ids)}; name the id")
    if not ids:
        raise ValueError(f"{name!r} is not in the roster{did_you_mean(name, roster.ids)}")
    return ids[0]


def _parse_yaml(file: Path, text: str) -> Iterator[TeamMember]:
    """Yield the members in a YAML file; CourseError with its mistakes at the end."""
    top = parse_yaml(text.encode(), str(file), expected="teams, such as 'Team 1: [ana, leo]'")
    for team, node in _team_nodes(top).items():
        if isinstance(node.node, yaml.ScalarNode) and node.node.value.strip():
            for name in _split_names(node.node.value):  # `Team 1: ana, leo`
                yield TeamMember(_line_of(node), team, _in_any_column(name))
            continue
        for entry in node.items(least=1):
            yield TeamMember(_line_of(entry), team, _in_any_column(_member_name(entry)))
    if top.problems:
        raise CourseError(*map(str, sorted(top.problems)))


def _team_nodes(top: YamlNode) -> dict[str, YamlNode]:
    """Return the teams of a YAML file: its entries, or those below a single top key."""
    teams = top.entries()
    if len(teams) == 1:
        name, node = next(iter(teams.items()))
        if name in TOP_KEYS and isinstance(node.node, yaml.MappingNode):
            return node.entries()
    return teams


def _member_name(node: YamlNode) -> str:
    """Return a member's name; a number is one too."""
    if isinstance(node.node, yaml.ScalarNode) and node.node.value.strip():
        return str(node.node.value).strip()
    return node.text() or "?"


def _line_of(node: YamlNode) -> int:
    return node.node.start_mark.line + 1 if node.node is not None else 1


def _parse_table(rows: Sequence[CsvRow]) -> Iterator[TeamMember]:
    """Yield the members in a table.

    In a table without known headings each row is a team and its members.
    """
    head = rows[0].cells if rows else ()
    places = column_places(head)
    member_places = [
        place
        for place, heading in enumerate(head)
        if fold_heading(heading).rstrip("0123456789") in MEMBER_HEADINGS
    ]
    has_members = bool(member_places or places.keys() & set(ID_COLUMNS))
    if "team" not in places or not has_members:
        for row in rows:
            for cell in row.cells[1:]:
                if cell:
                    yield TeamMember(row.line, row.cells[0], _in_any_column(cell))
        return
    for row in rows[1:]:
        yield from _members_of_row(row, places, member_places)


def _members_of_row(
    row: CsvRow, places: Mapping[str, int], member_places: Sequence[int]
) -> Iterator[TeamMember]:
    """Yield the members in a row: those of the member columns, or the student of the row."""
    cells = row_cells(row, places)
    names = [
        name
        for place in member_places
        if place < len(row.cells)
        for name in _split_names(row.cells[place])
    ]
    own = tuple(
        (cast("RosterColumn", column), cells[column]) for column in ID_COLUMNS if column in cells
    )
    for team in split_teams(cells.get("team", "")):
        for name in names:
            yield TeamMember(row.line, team, _in_any_column(name))
        if own and not names:
            yield TeamMember(row.line, team, (*own, *_in_any_column(own[0][1])))


def _split_names(cell: str) -> list[str]:
    return [name.strip() for name in TEAM_SEPARATOR.split(cell) if name.strip()]


def _in_any_column(name: str) -> tuple[Identifier, ...]:
    """Return identifiers for a name that may stand in any column of the roster."""
    return tuple((column, name) for column in MEMBER_COLUMNS)
