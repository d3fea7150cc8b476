"""Whose a hand-in is: by what people decided, by teams and the roster, or else by the source's own
name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from autograder.handin.collect.candidate import Found
from autograder.handin.collect.roster import Roster, key
from autograder.handin.collect.teams import Teams, team_called
from autograder.handin.collect.tree import composed
from autograder.handin.intake.collection import is_usable
from autograder.text.suggestions import did_you_mean

NAMES = ("id", "login", "name")  # clues that may be the name of a team
NUMBERS = ("lms_user_id", "participant")  # clues that an LMS gives, and nobody can choose


class Undecided(Exception):
    """Raised where a person must say something first; the message says what, and how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """The ids of those whose a hand-in is, and the team that they are."""

    students: tuple[str, ...]
    team: str = ""
    remark: str = ""  # what a person should know of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Identities:
    """The names of one source."""

    roster: Roster | None
    decided: Mapping[str, str]  # by what a source calls a student or a team
    teams: Teams  # as staff listed them, now or earlier
    listed: Teams  # as staff listed them for this run
    stated: str | None = None  # whose everything in the source is
    _labels: dict[tuple[str, str], str] = field(default_factory=dict)

    def whose(self, told: Found) -> Whose:
        """Whose a hand-in is; Undecided where nobody, or more than one that are no team, is meant."""
        clues = tuple((column, composed(value)) for column, value in told.clues)
        found = replace(told, label=composed(told.label), clues=clues)
        if not (found.label or self.stated):
            raise Undecided(
                "its name does not tell whose it is; name the student with --student ID"
            )
        decided = self.stated or self.decided.get(found.label) or self.decided.get(found.plain_name)
        whose = self._decided(decided, found) if decided else self._told(found)
        for id in whose.students:
            if not is_usable(id):
                raise Undecided(
                    f"{found.label!r} cannot be a student's id; decide with {_how(found)}"
                )
            first = self._labels.setdefault((id, found.assignment), found.label)
            if first != found.label and not decided:
                raise Undecided(
                    f"{first!r} and {found.label!r} would both be {id!r}; decide with {_how(found)}"
                )
        return whose

    def _decided(self, name: str, found: Found) -> Whose:
        """The team or the student of a name that a person decided; a student of a team stands for
        the team.
        """
        for teams in (self.teams, self._groups()):
            called = team_called(teams, _names(found))
            team = called if name in teams.get(called, ()) else team_called(teams, (name,))
            if team and (name not in self._ids() or called == team):
                return Whose(students=teams[team], team=team)
        return Whose(students=(name,), team=self._team_of(name))

    def _told(self, found: Found) -> Whose:
        """Whose it is by what the source says."""
        names = _names(found)
        if team := team_called(self.teams, names):
            return self._together(found, team, self.teams[team])
        if self.roster is None:
            return Whose(
                students=(found.plain_name,), team=found.team or self._team_of(found.plain_name)
            )
        group = team_called(self.roster.groups, names)
        if group and not self.roster.find(tuple(clue for clue in found.clues if clue[0] in NAMES)):
            return self._together(found, group, self.roster.groups[group])
        return self._alone(found, self.roster)

    def _together(self, found: Found, team: str, members: tuple[str, ...]) -> Whose:
        """The team that a hand-in is called after; Undecided where its number is that of somebody
        else.
        """
        clues = tuple(clue for clue in found.clues if clue[0] in NUMBERS)
        others = [
            id for id in (self.roster.find(clues) if self.roster else ()) if id not in members
        ]
        if others:
            who = f"its number is that of {others[0]}, who is not in it"
            raise Undecided(
                f"{found.label!r} is called after the team {team!r}, and {who}; decide with {_how(found)}"
            )
        return Whose(students=members, team=team)

    def _alone(self, found: Found, roster: Roster) -> Whose:
        """The one student of the roster that is meant, who may have handed in with others."""
        ids = roster.find((*found.clues, *(("name", name) for _, name in _behind_group(found))))
        if len(ids) > 1:
            raise Undecided(f"{found.label!r} may be {' or '.join(ids)}; decide with {_how(found)}")
        if not ids:
            hint = did_you_mean(found.plain_name, roster.ids)
            how = f"decide with {_how(found)}, or name a team's members with --team FILE"
            raise Undecided(f"{found.label!r} is not in the roster{hint}; {how}")
        team = found.team or self._group_before(found, ids[0], roster)
        return Whose(
            students=(ids[0],),
            team=team or self._team_of(ids[0]),
            remark=_doubt(found, ids[0], roster),
        )

    def _group_before(self, found: Found, id: str, roster: Roster) -> str:
        """The group before a member's name: a team that staff listed, or what every name of the
        source has.

        A student may write a group before the own name: that must not make two who copied a team.
        """
        if roster.find((("name", found.plain_name),)):
            return ""
        group = next(
            (g for g, name in _behind_group(found) if roster.find((("name", name),)) == [id]), ""
        )
        team = team_called(self.teams, (group,))
        return team if id in self.teams.get(team, ()) else group * found.is_grouped

    def _groups(self) -> Teams:
        return {} if self.roster is None else self.roster.groups

    def _ids(self) -> list[str]:
        return [] if self.roster is None else self.roster.ids

    def _team_of(self, id: str) -> str:
        """The one team that staff put a student in; each member may hand in the same files alone."""
        teams = [team for team, members in self.listed.items() if id in members]
        return teams[0] if len(teams) == 1 else ""


def _names(found: Found) -> list[str]:
    """What may be the name of a team."""
    return [found.label, *(value for column, value in found.clues if column in NAMES)]


def _behind_group(found: Found) -> Iterator[tuple[str, str]]:
    """The group and the student of a name such as `Team 1-Ana García`, as Moodle calls the folder
    of a member.
    """
    for column, name in found.clues:
        for dash in re.finditer("-", name if column == "name" else ""):
            yield name[: dash.start()].strip(), name[dash.end() :].strip()


def _doubt(found: Found, id: str, roster: Roster) -> str:
    """That Canvas gives a student's number with another name, as it does for a group; empty where
    they agree.
    """
    called = dict(found.clues)
    if "lms_user_id" not in called or id not in roster.find(
        (("lms_user_id", called["lms_user_id"]),)
    ):
        return ""
    words = {
        word for word in roster.words_of(id) if word.isascii()
    }  # Canvas leaves all others out of a name
    if not words or any(word in key(called.get("name", "")) for word in words):
        return ""
    how = f"confirm it with --map '{found.label}={id}', or name a team's members with --team FILE"
    return f"has the number of {id} and another name; {how}"


def _how(found: Found) -> str:
    return f"--map '{found.label}=ID'"
