"""Owners: the student or team of a hand-in.

Decided names come first, then teams and the roster, then the source's own name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from autograder.handin.collect.candidate import Candidate, Identifier
from autograder.handin.collect.identity.names import name_key
from autograder.handin.collect.identity.roster import Roster
from autograder.handin.collect.identity.teams import Teams, find_team
from autograder.handin.collect.source_tree import normalize
from autograder.handin.intake.folder_entries import is_usable_name
from autograder.text.suggestions import did_you_mean

NAME_COLUMNS = ("id", "login", "name")  # identifiers that may be the name of a team
NUMBER_COLUMNS = ("lms_user_id", "participant")  # set by an LMS; a student cannot choose them


class NeedsDecision(Exception):
    """Raised where the instructor must decide first; the message says what, and how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """The students of a hand-in."""

    students: tuple[str, ...]  # ids
    team: str = ""
    remark: str = ""  # what the instructor should know


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerFinder:
    """Finds the owners of the hand-ins of one source."""

    roster: Roster | None
    decided: Mapping[str, str]  # from a source's name to a student's id or a team
    teams: Teams  # as the instructor listed them, in this run or earlier
    listed: Teams  # as the instructor listed them for this run
    stated: str | None = None  # the student or team of everything in the source
    # The label of the first hand-in of each student and assignment.
    _labels: dict[tuple[str, str], str] = field(default_factory=dict)

    def find_owners(self, raw: Candidate) -> Owners:
        """Return the owners of a hand-in.

        Raises NeedsDecision if there are none, or several who are no team.
        """
        identifiers = tuple((column, normalize(value)) for column, value in raw.identifiers)
        candidate = replace(raw, label=normalize(raw.label), identifiers=identifiers)
        label = candidate.label
        if not (label or self.stated):
            raise NeedsDecision(
                "its name does not tell whose it is; name the student with --student ID"
            )
        decided = self.stated or self.decided.get(label) or self.decided.get(candidate.plain_name)
        if decided:
            owners = self._decided_owners(decided, candidate)
        else:
            owners = self._named_owners(candidate)
        remedy = f"decide with {_map_option(candidate)}"
        for student in owners.students:
            if not is_usable_name(student):
                raise NeedsDecision(f"{label!r} cannot be a student's id; {remedy}")
            first = self._labels.setdefault((student, candidate.assignment), label)
            if first != label and not decided:
                raise NeedsDecision(f"{first!r} and {label!r} would both be {student!r}; {remedy}")
        return owners

    def _decided_owners(self, name: str, candidate: Candidate) -> Owners:
        """Return the team or the student that the instructor decided on.

        A student stands for the whole team if the hand-in is named after that student's team.
        """
        for teams in (self.teams, self._groups()):
            named_team = find_team(teams, _possible_team_names(candidate))
            is_member = name in teams.get(named_team, ())
            team = named_team if is_member else find_team(teams, (name,))
            if team and (name not in self._ids() or named_team == team):
                return Owners(students=teams[team], team=team)
        return Owners(students=(name,), team=self._team_of(name))

    def _named_owners(self, candidate: Candidate) -> Owners:
        """Return the owners that the source's own names tell."""
        names = _possible_team_names(candidate)
        team = find_team(self.teams, names)
        if team:
            return self._team_owners(candidate, team, self.teams[team])
        if self.roster is None:
            student = candidate.plain_name
            return Owners(students=(student,), team=candidate.team or self._team_of(student))
        group = find_team(self.roster.groups, names)
        if group:
            own_names = [pair for pair in candidate.identifiers if pair[0] in NAME_COLUMNS]
            if not self.roster.find(own_names):
                return self._team_owners(candidate, group, self.roster.groups[group])
        return self._single_owner(candidate, self.roster)

    def _team_owners(self, candidate: Candidate, team: str, members: tuple[str, ...]) -> Owners:
        """Return the team that a hand-in is named after.

        Raises NeedsDecision if the LMS's number belongs to a student outside the team.
        """
        numbers = [pair for pair in candidate.identifiers if pair[0] in NUMBER_COLUMNS]
        ids = self.roster.find(numbers) if self.roster else []
        others = [student for student in ids if student not in members]
        if others:
            raise NeedsDecision(
                f"{candidate.label!r} is called after the team {team!r}, and "
                f"its number is that of {others[0]}, who is not in it; "
                f"decide with {_map_option(candidate)}"
            )
        return Owners(students=members, team=team)

    def _single_owner(self, candidate: Candidate, roster: Roster) -> Owners:
        """Return the one matching student of the roster, who may be in a team."""
        members: list[Identifier] = [("name", name) for _, name in _split_groups(candidate)]
        ids = roster.find((*candidate.identifiers, *members))
        label, remedy = candidate.label, f"decide with {_map_option(candidate)}"
        if len(ids) > 1:
            raise NeedsDecision(f"{label!r} may be {' or '.join(ids)}; {remedy}")
        if not ids:
            hint = did_you_mean(candidate.plain_name, roster.ids)
            raise NeedsDecision(
                f"{label!r} is not in the roster{hint}; "
                f"{remedy}, or name a team's members with --team FILE"
            )
        student = ids[0]
        team = candidate.team or self._group_before_name(candidate, student, roster)
        return Owners(
            students=(student,),
            team=team or self._team_of(student),
            remark=_name_mismatch(candidate, student, roster),
        )

    def _group_before_name(self, candidate: Candidate, student: str, roster: Roster) -> str:
        """Return the group before a student's name; empty if it cannot be trusted.

        A student may write a group before the own name, and two who copied must not become a team
        by that. So the group must be a team that the instructor listed, or the source must have a
        group before every name.
        """
        if roster.find((("name", candidate.plain_name),)):
            return ""
        groups = [
            group
            for group, name in _split_groups(candidate)
            if roster.find((("name", name),)) == [student]
        ]
        if not groups:
            return ""
        team = find_team(self.teams, (groups[0],))
        if student in self.teams.get(team, ()):
            return team
        return groups[0] if candidate.is_grouped else ""

    def _groups(self) -> Teams:
        return {} if self.roster is None else self.roster.groups

    def _ids(self) -> list[str]:
        return [] if self.roster is None else self.roster.ids

    def _team_of(self, student: str) -> str:
        """Return the only team with this student; members may hand in the same files alone."""
        teams = [team for team, members in self.listed.items() if student in members]
        return teams[0] if len(teams) == 1 else ""


def _possible_team_names(candidate: Candidate) -> list[str]:
    """Return the names in a candidate that may be a team's."""
    names = [value for column, value in candidate.identifiers if column in NAME_COLUMNS]
    return [candidate.label, *names]


def _split_groups(candidate: Candidate) -> Iterator[tuple[str, str]]:
    """Yield possible groups and students of Moodle's folder names, as in `Team 1-Ana García`."""
    for column, name in candidate.identifiers:
        if column == "name":
            for dash in re.finditer("-", name):
                yield name[: dash.start()].strip(), name[dash.end() :].strip()


def _name_mismatch(candidate: Candidate, student: str, roster: Roster) -> str:
    """Return a remark if Canvas gives a student's number with another name; else "".

    Canvas does so for the hand-in of a group.
    """
    text_by_column: dict[str, str] = dict(candidate.identifiers)
    number = text_by_column.get("lms_user_id")
    if number is None or student not in roster.find((("lms_user_id", number),)):
        return ""
    # Canvas leaves letters out of a name that are not ASCII.
    words = {word for word in roster.words_of(student) if word.isascii()}
    canvas_name = name_key(text_by_column.get("name", ""))
    if not words or any(word in canvas_name for word in words):
        return ""
    return (
        f"has the number of {student} and another name; confirm it with "
        f"--map '{candidate.label}={student}', or name a team's members with --team FILE"
    )


def _map_option(candidate: Candidate) -> str:
    return f"--map '{candidate.label}=ID'"
