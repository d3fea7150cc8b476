"""Whose a hand-in is: by what people decided, by the roster, or by the source's own name where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.collect.found import Found
from autograder.collect.roster import Roster
from autograder.intake.collection import is_usable
from autograder.near import did_you_mean


class Undecided(Exception):
    """Raised where a person must say something first; the message says what, and how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identities:
    """The names of one source."""

    roster: Roster | None
    decided: Mapping[str, str]  # by what a source calls a student
    stated: str | None = None  # whose everything in the source is
    _labels: dict[tuple[str, str], str] = field(default_factory=dict)

    def student_of(self, found: Found) -> str:
        """The id of the student; Undecided where nobody, or more than one, is meant."""
        if not (found.label or self.stated):
            raise Undecided("its name does not tell whose it is; name the student with --student ID")
        decided = self.stated or self.decided.get(found.label) or self.decided.get(found.plain_name)
        id = decided or self._told(found)
        if not is_usable(id):
            raise Undecided(f"{found.label!r} cannot be a student's id; decide with {_how(found)}")
        first = self._labels.setdefault((id, found.assignment), found.label)
        if first != found.label and not decided:
            raise Undecided(f"{first!r} and {found.label!r} would both be {id!r}; decide with {_how(found)}")
        return id

    def _told(self, found: Found) -> str:
        if self.roster is None:
            return found.plain_name
        ids = self.roster.find(found.clues)
        if len(ids) > 1:
            raise Undecided(f"{found.label!r} may be {' or '.join(ids)}; decide with {_how(found)}")
        if not ids:
            hint = did_you_mean(found.plain_name, self.roster.ids)
            raise Undecided(f"{found.label!r} is not in the roster{hint}; decide with {_how(found)}")
        return ids[0]


def _how(found: Found) -> str:
    return f"--map '{found.label}=ID'"
