"""Rosters as systems export them: each case of `tests/cases/rosters/` is a list and its result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.errors import CourseError
from autograder.handin.collect.identity.roster import read_roster
from tests.support.places import CASES

ROSTERS = CASES / "rosters"
EXPECTED: dict[str, Any] = yaml.safe_load((ROSTERS / "expected.yml").read_text(encoding="utf-8"))
ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "cp1252")


def test_every_file_is_a_case() -> None:
    """Each list in the folder has an expected result."""
    assert {p.name for p in ROSTERS.iterdir()} == {*EXPECTED, "expected.yml"}


@pytest.mark.parametrize("name", EXPECTED)
def test_who_is_in_a_list_is_found(name: str) -> None:
    """Headings of Canvas, Moodle, nbgrader and others are known in both languages."""
    roster, expected = read_roster(ROSTERS / name), EXPECTED[name]
    assert roster.ids == expected["ids"]
    for column, values in expected["finds"].items():
        assert {value: roster.find(((column, value),)) for value in values} == {
            v: [student] for v, student in values.items()
        }
    assert {team: list(ids) for team, ids in roster.groups.items()} == expected.get("groups", {})
    sections = {section: sorted(ids) for section, ids in roster.sections.items()}
    wanted = expected.get("sections", {})
    assert sections == {section: sorted(ids) for section, ids in wanted.items()}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_list_is_read_in_any_encoding_and_with_any_separator(
    encoding: str, separator: str, tmp_path: Path
) -> None:
    """A list is read as Excel saves it: UTF-8, UTF-16 or a code page, commas or semicolons."""
    text = 'Nombre,"Apellido(s)",Número de ID\r\nÍñigo,Muñoz,S-1\r\n'.replace(",", separator)
    (tmp_path / "list.csv").write_bytes(text.encode(encoding))
    assert read_roster(tmp_path / "list.csv").find((("name", "inigo munoz"),)) == ["S-1"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (
            b"",
            "list.csv:1: no column names the students; expected a first line with some of id, "
            "name, ",
        ),
        (b"grade,section\n1,A\n", "list.csv:1: no column names the students; "),
        (b"id,name\n,Ana\n", "list.csv:2: the id '' cannot be a folder's name"),
        (b"id\n../ana\n", "list.csv:2: the id '../ana' cannot be a folder's name"),
        (b"id,name\nana,Ana\nana,Eva\n", "list.csv:3: the id 'ana' appears twice; keep one"),
        (
            b"PK\x03\x04\x14\0",
            "list.csv: a workbook, or packed; expected text: save it as CSV UTF-8",
        ),
    ],
)
def test_what_is_no_list_is_explained(content: bytes, complaint: str, tmp_path: Path) -> None:
    """An empty list, a wrong id, a duplicate or a workbook gives a line with what was expected."""
    (tmp_path / "list.csv").write_bytes(content)
    with pytest.raises(CourseError) as raised:
        read_roster(tmp_path / "list.csv")
    assert str(raised.value).startswith(f"{tmp_path}/{complaint}")


def test_a_list_that_is_no_file_is_explained(tmp_path: Path) -> None:
    """A folder in place of a list is an error with its path."""
    with pytest.raises(CourseError, match="Is a directory"):
        read_roster(tmp_path)
