"""The owner of a hand-in is found from names of students and teams and an LMS's numbers."""

from __future__ import annotations

import unicodedata

import pytest

from autograder.handin.collect.attempt import TimestampSource
from autograder.handin.collect.candidate import Candidate, Identifier
from autograder.handin.collect.identity.owners import NeedsDecision, OwnerFinder, Owners
from autograder.handin.collect.identity.roster import Roster

ROSTER = Roster(
    rows=(
        {"id": "ana", "name": "García, Ana", "lms_user_id": "2001"},
        {"id": "eva", "name": "Eva Díaz", "lms_user_id": "2003"},
        {"id": "leo", "name": "Leo Pérez", "lms_user_id": "2002"},
    ),
    groups={"Lab": ("ana", "leo")},
)
TEAMS = {"Team 1": ("ana", "eva")}


def canvas(login: str, user: str) -> Candidate:
    """Return a file of Canvas's download."""
    return candidate(f"{login}_{user}", ("lms_user_id", user), ("login", login), ("name", login))


def moodle(student: str, *, is_grouped: bool = False) -> Candidate:
    """Return a folder of Moodle's download."""
    return candidate(
        f"{student}_70", ("participant", "70"), ("name", student), is_grouped=is_grouped
    )


def candidate(label: str, *identifiers: Identifier, is_grouped: bool = False) -> Candidate:
    """Return a hand-in without files."""
    return Candidate(
        location=label,
        label=label,
        identifiers=identifiers,
        assignment="two_sums",
        files=dict,
        submitted_at=None,
        timestamp_source=TimestampSource.UNKNOWN,
        by_lms=True,
        is_grouped=is_grouped,
    )


def owners_of(
    hand_in: Candidate,
    decided: dict[str, str] | None = None,
    teams: dict[str, tuple[str, ...]] = TEAMS,
) -> Owners:
    """Return the owners that a run with these decisions finds."""
    finder = OwnerFinder(roster=ROSTER, decided=decided or {}, teams=teams, listed=teams)
    return finder.find_owners(hand_in)


@pytest.mark.parametrize(
    ("hand_in", "students", "team"),
    [
        (canvas("team1", "2001"), ("ana", "eva"), "Team 1"),
        (canvas("lab", "2002"), ("ana", "leo"), "Lab"),
        (
            canvas("garciaana", "2001"),
            ("ana",),
            "Team 1",
        ),  # of a team that staff listed, one by one
        (
            canvas("perezleo", "2002"),
            ("leo",),
            "",
        ),  # of a group in the roster, which may be half the class
        (moodle("TEAM 1"), ("ana", "eva"), "Team 1"),
        (moodle("Team 1-Ana García"), ("ana",), "Team 1"),
        (moodle("Lab-Leo Pérez"), ("leo",), ""),  # of half the class
        (moodle("Other-Leo Pérez", is_grouped=True), ("leo",), "Other"),
        (moodle("Other-Leo Pérez"), ("leo",), ""),  # a student may have put it before the name
    ],
)
def test_a_team_is_found_by_its_name(
    hand_in: Candidate, students: tuple[str, ...], team: str
) -> None:
    """A hand-in named after a team belongs to every member.

    A group before a student's name counts only where it can be trusted.
    """
    assert owners_of(hand_in) == Owners(students=students, team=team)


def test_a_stranger_cannot_hand_in_for_a_team() -> None:
    """A person decides if the LMS's number belongs to a student outside the team."""
    with pytest.raises(
        NeedsDecision, match="its number is that of leo, who is not in it; decide with --map"
    ):
        owners_of(canvas("team1", "2002"))
    assert owners_of(canvas("team1", "2002"), {"team1_2002": "leo"}) == Owners(students=("leo",))


def test_a_number_with_another_name_is_reported() -> None:
    """A remark names a hand-in with a student's number but another name, such as a group's."""
    remark = owners_of(canvas("ourgroup", "2002")).remark
    assert remark.startswith(
        "has the number of leo and another name; confirm it with --map 'ourgroup_2002=leo'"
    )
    assert owners_of(canvas("ourgroup", "2002"), {"ourgroup_2002": "leo"}).remark == ""


def test_accents_that_a_disk_took_apart_are_joined() -> None:
    """Names are compared in composed form, without a roster too."""
    apart = unicodedata.normalize("NFD", "Íñigo")
    finder = OwnerFinder(roster=None, decided={"Núria": "nuria"}, teams={}, listed={})
    assert finder.find_owners(candidate(apart, ("name", apart))).students == ("Íñigo",)
    assert finder.find_owners(candidate(unicodedata.normalize("NFD", "Núria"))).students == (
        "nuria",
    )


@pytest.mark.parametrize("decided", ["Team 1", "ana"])
def test_a_decision_for_a_team_or_a_member_is_the_teams(decided: str) -> None:
    """A name that is mapped to a team, or to a member of its own team, belongs to every member."""
    assert owners_of(canvas("team1", "2001"), {"team1_2001": decided}).students == ("ana", "eva")
    assert owners_of(canvas("x", "2001"), {"x_2001": "Team 1"}).students == ("ana", "eva")
