"""Teams: who handed in together, as a file of staff lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

import yaml

from autograder.config.parse_yaml import parse_yaml
from autograder.config.yaml_nodes import YamlNode
from autograder.errors import CourseError
from autograder.handin.collect.candidate import Clue, Column
from autograder.handin.collect.columns import HEADINGS, columns_of, folded_heading
from autograder.handin.collect.csv_table import Row, read_text, rows_of
from autograder.handin.collect.roster import NAMING, TEAMS, Roster, key, teams_in
from autograder.handin.intake.collection import is_usable
from autograder.text.suggestions import did_you_mean

Teams = Mapping[str, tuple[str, ...]]  # the ids of the members, by the team's name

MEMBERS = (
    *("member", "members", "students", "miembro", "miembros"),
    *("integrante", "integrantes", "estudiantes", "alumnos"),
)
TOP = ("teams", "groups", "equipos", "grupos")  # what may stand above the teams of a YAML file
YAML = (".yml", ".yaml", ".json")  # what JSON says, YAML says too
LOOKED_IN = cast("tuple[Column, ...]", tuple(column for column in HEADINGS if column != "team"))

Named = tuple[int, str, tuple[Clue, ...]]  # the line, the team, and what tells one member


def team_called(teams: Iterable[str], names: Sequence[str]) -> str:
    """The team that one of these names means, whatever its accents and capitals; empty where none
    does.
    """
    wanted = {key(name) for name in names} - {""}
    return next((team for team in teams if key(team) in wanted), "")


def read_teams(file: Path, roster: Roster | None) -> Teams:
    """The teams of a CSV or YAML file; CourseError with a problem per mistake."""
    text = read_text(file)
    named = _of_yaml(file, text) if file.suffix.lower() in YAML else _of_table(rows_of(file, text))
    teams: dict[str, list[str]] = {}
    complaints = []
    for line, team, clues in named:
        if not key(team):
            complaints.append(
                f"{file}:{line}: {team!r} is no name of a team; expected one with a letter or a digit"
            )
            continue
        try:
            id = _member(clues, roster)
        except ValueError as error:
            complaints.append(f"{file}:{line}: {team}: {error}")
            continue
        name = team_called(teams, (team,)) or team
        members = teams.setdefault(name, [])
        members += [id] * (id not in members)
    if complaints:
        raise CourseError(*complaints)
    if not teams:
        raise CourseError(
            f"{file}:1: no team; expected a CSV with the columns team and member, a row for each member, or the "
            "teams of a YAML file, such as 'Team 1: [ana, leo]'"
        )
    return {team: tuple(members) for team, members in teams.items()}


def _member(clues: Sequence[Clue], roster: Roster | None) -> str:
    """The id of a member; ValueError where nobody, or more than one, is meant."""
    called = clues[0][1]
    if roster is None:
        if not is_usable(called):
            raise ValueError(f"{called!r} cannot be a student's id")
        return called
    ids = roster.find(clues)
    if len(ids) > 1:
        raise ValueError(f"{called!r} may be {' or '.join(ids)}; name the id")
    if not ids:
        hint = did_you_mean(called, roster.ids)
        raise ValueError(f"{called!r} is not in the roster{hint}")
    return ids[0]


def _of_yaml(file: Path, text: str) -> Iterator[Named]:
    top = parse_yaml(text.encode(), str(file), expected="teams, such as 'Team 1: [ana, leo]'")
    teams = top.entries()
    if (
        len(teams) == 1
        and (only := next(iter(teams))) in TOP
        and isinstance(teams[only].node, yaml.MappingNode)
    ):
        teams = teams[only].entries()
    for team, at in teams.items():
        if isinstance(at.node, yaml.ScalarNode) and at.node.value.strip():  # `Team 1: ana, leo`
            yield from ((_line(at), team, _any_column(name)) for name in _names(at.node.value))
            continue
        for entry in at.items(least=1):
            yield _line(entry), team, _any_column(_word(entry))
    if top.problems:
        raise CourseError(*map(str, sorted(top.problems)))


def _word(at: YamlNode) -> str:
    """A member's name; a number is one too."""
    if isinstance(at.node, yaml.ScalarNode) and at.node.value.strip():
        return str(at.node.value).strip()
    return at.text() or "?"


def _line(at: YamlNode) -> int:
    return at.node.start_mark.line + 1 if at.node is not None else 1


def _of_table(rows: Sequence[Row]) -> Iterator[Named]:
    """The members in a table with a head; without one each row is a team and its members."""
    head = [folded_heading(cell).rstrip("0123456789") for cell in rows[0].cells] if rows else []
    columns = columns_of(rows[0].cells) if rows else {}
    lists = [place for place, heading in enumerate(head) if heading in MEMBERS]
    if "team" not in columns or not (lists or columns.keys() & {*NAMING}):
        for row in rows:
            for cell in filter(None, row.cells[1:]):
                yield row.line, row.cells[0], _any_column(cell)
        return
    for row in rows[1:]:
        cells = {
            name: row.cells[at]
            for name, at in columns.items()
            if at < len(row.cells) and row.cells[at]
        }
        listed = [name for at in lists if at < len(row.cells) for name in _names(row.cells[at])]
        clues = tuple((cast(Column, name), cells[name]) for name in NAMING if name in cells)
        for team in teams_in(cells.get("team", "")):
            yield from ((row.line, team, _any_column(name)) for name in listed)
            if clues and not listed:
                yield row.line, team, (*clues, *_any_column(clues[0][1]))


def _names(cell: str) -> list[str]:
    return [name.strip() for name in TEAMS.split(cell) if name.strip()]


def _any_column(name: str) -> tuple[Clue, ...]:
    """A name that may stand in any column of the roster."""
    return tuple((column, name) for column in LOOKED_IN)
