"""Whose row is whose: numbers before ids before names, and never a guess."""

from __future__ import annotations

import pytest

from autograder.handin.collect.identity.roster import Roster
from autograder.handin.collect.ledger import Ledger
from autograder.integrations.exports.site_rows import Matches, SiteRow, known_students


def match(
    rows: list[SiteRow],
    *students: str,
    roster: list[dict[str, str]] | None = None,
    names: dict[str, str] | None = None,
) -> Matches:
    """Return the students of some rows."""
    listed = Roster(rows=tuple(roster), groups={}) if roster else None
    return known_students(students, listed, Ledger(names=names or {})).match(rows)


@pytest.mark.parametrize(
    "name",
    ["Ana García", "García, Ana", "ANA GARCIA", "Garcia  Ana", "ana garcía", "Ana Garci\u0301a"],
)
def test_a_name_is_one_person_in_every_spelling(name: str) -> None:
    """Accents, capitals, commas and the order of the words tell nobody apart."""
    assert match([{"name": name}], "Ana García").by_row == {0: "Ana García"}


def test_the_site_that_gave_the_hand_ins_gave_their_names() -> None:
    """Without a list of students the id is what Canvas put before a file: `garciaana`."""
    assert match([{"name": "García, Ana"}], "garciaana").by_row == {0: "garciaana"}


def test_an_id_may_be_a_login_a_number_or_an_address() -> None:
    """The list of students that `collect` took decides which."""
    rows: list[SiteRow] = [
        {"login": "ana.g"},
        {"lms_user_id": "2002"},
        {"email": "leo@example.org"},
        {"sis_user_id": "s-4"},
    ]
    students = ("2002", "ana.g", "leo@example.org", "s-4")
    assert set(match(rows, *students).by_row.values()) == set(students)


def test_a_number_decides_before_a_name() -> None:
    """The row with the name of one student and the number of another is the other's."""
    roster = [{"id": "ana", "name": "Ana García", "lms_user_id": "1"}, {"id": "bo", "name": "Bo"}]
    rows: list[SiteRow] = [{"name": "Bo", "lms_user_id": "1"}, {"name": "Bo"}]
    assert match(rows, "ana", "bo", roster=roster).by_row == {0: "ana", 1: "bo"}


def test_a_namesake_with_another_number_is_another_person() -> None:
    """The student's own number is known, and it is not that of the row."""
    roster = [{"id": "ana", "name": "Ana García", "lms_user_id": "1"}]
    rows: list[SiteRow] = [{"name": "Ana García", "lms_user_id": "2"}]
    assert match(rows, "ana", roster=roster) == Matches(by_row={}, several={})


def test_two_namesakes_are_not_guessed() -> None:
    """Both fit the row, and the row says so."""
    roster = [{"id": "a1", "name": "Ana"}, {"id": "a2", "name": "Ana"}]
    found = match([{"name": "Ana"}], "a1", "a2", roster=roster)
    assert (found.by_row, found.several) == ({}, {0: ("a1", "a2")})


def test_a_weaker_column_settles_what_a_stronger_one_left_open() -> None:
    """Two with one login are told apart by their names."""
    roster = [
        {"id": "a1", "name": "Ana", "login": "lab"},
        {"id": "a2", "name": "Bea", "login": "lab"},
    ]
    rows: list[SiteRow] = [{"name": "Bea", "login": "lab"}, {"name": "Ana", "login": "lab"}]
    found = match(rows, "a1", "a2", roster=roster)
    assert (found.by_row, found.several) == ({0: "a2", 1: "a1"}, {})


def test_names_that_collect_kept_have_the_sites_numbers() -> None:
    """`--map` keeps Moodle's participant and Canvas's user with the name."""
    names = {"Ana García_1001": "ana", "perezleo_2002": "leo"}
    rows: list[SiteRow] = [{"participant": "1001"}, {"lms_user_id": "2002"}]
    assert match(rows, "ana", "leo", names=names).by_row == {0: "ana", 1: "leo"}


@pytest.mark.parametrize("name", ["", ",", "—", '"'])
def test_an_empty_name_is_nobody(name: str) -> None:
    """A row without a letter fits no student."""
    assert match([{"name": name}], "ana", "—").by_row == {}
