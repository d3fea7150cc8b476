"""Lists of teams, as instructors write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.handin.collect.identity.roster import Roster, read_roster
from autograder.handin.collect.identity.teams import read_teams

STUDENTS = (
    "id,name,email,login\nana,Ana García,ana@example.org,agarcia\neva,Eva Díaz,eva@example.org,\n"
    "leo,Leo Pérez,,\n"
)
TEAMS = {"Equipo 1": ("ana", "eva"), "Equipo 2": ("leo",)}
LISTS = {
    "a row for each member": (
        "t.csv",
        "team,member\nEquipo 1,ana\nEquipo 1,Eva Díaz\nEquipo 2,leo\n",
    ),
    "a row for each student": (
        "t.csv",
        "Nombre completo;Grupo\nAna García;Equipo 1\nEva Díaz;Equipo 1\nLeo Pérez;Equipo 2\n",
    ),
    "a row for each team": (
        "t.csv",
        'equipo,miembros\nEquipo 1,"ana@example.org; eva"\nEquipo 2,leo\n',
    ),
    "columns of members": (
        "t.csv",
        "Team,Member 1,Member 2\nEquipo 1,agarcia,eva\nEquipo 2,leo,\n",
    ),
    "no head": ("t.csv", "Equipo 1,ana,eva\nEquipo 2,leo\n"),
    "no students": ("t.csv", "id,team\nana,Equipo 1\neva,Equipo 1\nleo,Equipo 2\n,Equipo 3\n"),
    "YAML": ("t.yml", "Equipo 1: [ana, eva@example.org]\nEquipo 2:\n  - Leo Pérez\n"),
    "a title above": ("t.yml", "equipos:\n  Equipo 1: ana, eva\n  Equipo 2: [leo]\n"),
    "a row for each id": ("t.csv", "alumno,equipo\nana,Equipo 1\neva,Equipo 1\nleo,Equipo 2\n"),
    "JSON": ("t.json", '{"Equipo 1": ["ana", "eva"], "Equipo 2": ["leo"]}'),
}


@pytest.fixture
def roster(tmp_path: Path) -> Roster:
    """Return a class of three."""
    (tmp_path / "students.csv").write_text(STUDENTS, encoding="utf-8")
    return read_roster(tmp_path / "students.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", LISTS)
def test_teams_are_listed_in_many_ways(
    name: str, encoding: str, roster: Roster, tmp_path: Path
) -> None:
    """Teams are read from tables, YAML and JSON, with members by any name of the roster."""
    file, text = LISTS[name]
    (tmp_path / file).write_bytes(text.encode(encoding))
    assert read_teams(tmp_path / file, roster) == TEAMS


def test_without_a_roster_members_are_ids(tmp_path: Path) -> None:
    """Without a roster the listed members are ids, numbers included."""
    (tmp_path / "t.yml").write_text("T: [ana, 0042]\n", encoding="utf-8")
    assert read_teams(tmp_path / "t.yml", None) == {"T": ("ana", "0042")}


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        (
            "t.csv",
            "team,member\nT,anna\n",
            ":2: T: 'anna' is not in the roster; did you mean 'ana'?",
        ),
        (
            "t.csv",
            "team,member\n",
            ":1: no team; expected a CSV with the columns team and member, a row for",
        ),
        ("t.csv", ",ana\n", ":1: '' is no name of a team; expected one with a letter or a digit"),
        ("t.yml", "T: {ana: leo}\n", ":1: T must be a list, got a mapping"),
        ("t.yml", "T:\n- ana\n- {eva: 1}\n", ":3: T: each entry must be a text, got a mapping"),
        ("t.yml", "T: [ana\n", ":2: not valid YAML: "),
        ("t.yml", "", ":1: the file is empty; expected teams, such as 'Team 1: [ana, leo]'"),
    ],
)
def test_a_mistake_in_a_list_is_reported_with_its_line(
    file: str, text: str, complaint: str, roster: Roster, tmp_path: Path
) -> None:
    """A mistake in a list of teams is an error with its line."""
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(CourseError) as raised:
        read_teams(tmp_path / file, roster)
    assert f"{file}{complaint}" in str(raised.value)
