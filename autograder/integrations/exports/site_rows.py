"""Which row of a site's file is which student: by numbers first, then by ids, then by names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from autograder.handin.collect.candidate import RosterColumn
from autograder.handin.collect.identity.names import name_key
from autograder.handin.collect.identity.roster import Roster
from autograder.handin.collect.ledger import Ledger

# The most reliable first. Canvas's own order is its ID, the SIS ids, the name.
COLUMNS: tuple[RosterColumn, ...] = (
    *("lms_user_id", "participant", "sis_user_id", "login", "email", "name"),
)
# Numbers that belong to one person: two that differ are two people, whatever their names.
PERSONAL_NUMBERS = ("lms_user_id", "sis_user_id")
# `garciaana_2001` of Canvas and `Ana García_1001` of Moodle, as `collect --map` keeps them.
NUMBERED_NAME = re.compile(r"(?P<name>.+)_(?P<number>\d+)", re.DOTALL)

T = TypeVar("T")
SiteRow = Mapping[str, str]  # the cells that identify a student, by column of a roster
Keys = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The students of a site's rows."""

    by_row: Mapping[int, str]  # a student's id by the number of the row
    several: Mapping[int, tuple[str, ...]]  # rows that fit several students, or share one

    def by_student(self, items: Sequence[T]) -> dict[str, T]:
        """Return the item of each student's row; `items` has one for each row."""
        return {student: items[number] for number, student in self.by_row.items()}

    def left_over(self, people: Sequence[str]) -> list[str]:
        """Return the people whose row is no student's, and whose it might be."""
        left = []
        for number, person in enumerate(people):
            if number not in self.by_row:
                students = self.several.get(number)
                left.append(f"{person} (may be {' or '.join(students)})" if students else person)
        return left


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStudents:
    """The students whose grades are exported, and every name under which a site knows them."""

    stated: Mapping[str, Keys]  # by student: what a roster or collected.yml states
    keys: Mapping[str, Keys] = field(repr=False)  # by student: those, and the id in every column

    def match(self, rows: Sequence[SiteRow]) -> Matches:
        """Return the student of each row.

        A stronger column decides first, for all rows; then a weaker one, for what is left. A row
        that fits several students is never guessed.
        """
        by_row: dict[int, str] = {}
        several: dict[int, tuple[str, ...]] = {}
        for column in COLUMNS:
            index = self._index(column, by_row.values())
            found = {
                number: students
                for number, row in enumerate(rows)
                if number not in by_row and (students := self._fitting(row, column, index))
            }
            claims = [students[0] for students in found.values() if len(students) == 1]
            for number, students in found.items():
                if len(students) == 1 and claims.count(students[0]) == 1:
                    by_row[number] = students[0]
                    several.pop(number, None)
                else:
                    several[number] = students
        return Matches(by_row=by_row, several=several)

    def _index(self, column: RosterColumn, taken: Iterable[str]) -> Mapping[str, list[str]]:
        """Return the students who are not taken, by what their names in a column share."""
        index: dict[str, list[str]] = {}
        for student in self.keys.keys() - set(taken):
            for key in self.keys[student].get(column, ()):
                index.setdefault(key, []).append(student)
        return index

    def _fitting(
        self, row: SiteRow, column: RosterColumn, index: Mapping[str, list[str]]
    ) -> tuple[str, ...]:
        """Return the students whom a row fits in a column, in order of their ids."""
        wanted = _keys_of_value(column, row.get(column, ""))
        fitting = {student for key in wanted for student in index.get(key, ())}
        return tuple(student for student in sorted(fitting) if not self._contradicts(student, row))

    def _contradicts(self, student: str, row: SiteRow) -> bool:
        """Return whether the row has another number than the one that is known of the student."""
        stated = self.stated[student]
        return any(
            stated.get(column) and row.get(column) and name_key(row[column]) not in stated[column]
            for column in PERSONAL_NUMBERS
        )


def known_students(students: Iterable[str], roster: Roster | None, ledger: Ledger) -> KnownStudents:
    """Return the students with the names that a roster and the ledger give them."""
    rows = {row["id"]: row for row in roster.rows} if roster else {}
    labels: dict[str, list[str]] = {}
    for label, owner in ledger.names.items():
        labels.setdefault(owner, []).append(label)
    stated: dict[str, Keys] = {}
    keys: dict[str, Keys] = {}
    for student in students:
        pairs = [*_of_roster(rows.get(student, {})), *_of_labels(labels.get(student, ()))]
        stated[student] = _gathered(pairs)
        own_id = [(column, student) for column in COLUMNS if column != "participant"]
        keys[student] = _gathered([*pairs, *own_id])
    return KnownStudents(stated=stated, keys=keys)


def _of_roster(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for column in COLUMNS:
        if row.get(column):
            yield column, row[column]
    first, last = row.get("first_name", ""), row.get("last_name", "")
    if first or last:
        yield "name", f"{last}, {first}"


def _of_labels(labels: Iterable[str]) -> Iterator[tuple[str, str]]:
    for label in labels:
        numbered = NUMBERED_NAME.fullmatch(label)
        if numbered is None:
            yield from (("name", label), ("login", label))
            continue
        yield "name", numbered["name"]
        is_canvas = " " not in numbered["name"]
        yield ("lms_user_id" if is_canvas else "participant"), numbered["number"]


def _gathered(pairs: Iterable[tuple[str, str]]) -> Keys:
    gathered: dict[str, set[str]] = {}
    for column, value in pairs:
        gathered.setdefault(column, set()).update(_keys_of_value(column, value))
    return {column: frozenset(values) for column, values in gathered.items()}


def _keys_of_value(column: str, value: str) -> frozenset[str]:
    """Return what all spellings of a value share; of a name also with its words turned round."""
    keys = {name_key(value)}
    if column == "name":
        family, _, given = value.partition(",")
        keys.add(name_key(given + family))
        words = sorted(filter(None, (name_key(word) for word in re.split(r"[\s,]+", value))))
        keys.add(" ".join(words))
    return frozenset(keys - {""})
