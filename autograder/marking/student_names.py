"""Names of students in a table from outside, found among the students of a class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autograder.handin.collect.candidate import Identifier
from autograder.handin.collect.identity.names import name_key
from autograder.handin.collect.identity.roster import Roster
from autograder.text.suggestions import nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentNames:
    """The students of a class and every name that is known for them."""

    students: Sequence[str]  # those of the class, as their folders are called
    roster: Roster | None = None
    decided: Mapping[str, str] = field(default_factory=dict)  # by `collect --map`, from a name

    def find(self, identifiers: Sequence[Identifier]) -> str:
        """Return the student whom all these names mean; ValueError says who is near otherwise."""
        found = {student for column, name in identifiers for student in self._called(column, name)}
        if len(found) == 1:
            return found.pop()
        shown = ", ".join(repr(name) for _, name in identifiers)
        if found:
            raise ValueError(f"{shown} may be {' or '.join(sorted(found))}; name the id alone")
        raise ValueError(f"no student {shown}{self._suggestion(identifiers)}")

    def _called(self, column: str, name: str) -> list[str]:
        """Return the students that a name of one column means; exact names come first."""
        if name in self.students:
            return [name]
        if self.decided.get(name) in self.students:
            return [self.decided[name]]
        listed = self.roster.find([(column, name)]) if self.roster else []  # type: ignore[list-item]
        if listed:
            return [student for student in listed if student in self.students]
        return [student for student in self.students if name_key(student) == name_key(name) != ""]

    def _suggestion(self, identifiers: Sequence[Identifier]) -> str:
        """Return whom a name that nobody has may mean, with the id; or what to do."""
        by_key = {name_key(student): (student, student) for student in self.students}
        for row in self.roster.rows if self.roster else ():
            given = f"{row.get('first_name', '')} {row.get('last_name', '')}".strip()
            names = (row.get("name", ""), given, row.get("email", ""), row["id"])
            by_key |= {name_key(name): (name, row["id"]) for name in names if name}
        for _, name in identifiers:
            key = nearest(name_key(name), by_key)
            if key:
                known, student = by_key[key]
                same = "" if known == student else f", who is {student}"
                return f"; did you mean {known!r}{same}?"
        return "; correct the name, or make a folder of that name if nothing was handed in"
