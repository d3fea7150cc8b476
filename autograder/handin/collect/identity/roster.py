"""The roster: the students of the class, and the names that other systems give them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import CourseError
from autograder.handin.collect.candidate import Identifier
from autograder.handin.collect.identity.csv_table import CsvRow, parse_rows, read_text
from autograder.handin.collect.identity.enrollment import Enrollment
from autograder.handin.collect.identity.headings import (
    HEADINGS_BY_COLUMN,
    NO_IDENTITY,
    column_places,
    participant_number,
)
from autograder.handin.collect.identity.names import name_key
from autograder.handin.intake.folder_entries import is_usable_name

# The first of these columns in the list names a student's folder.
ID_COLUMNS = ("id", "login", "sis_user_id", "email", "lms_user_id", "github", "name")
MAXIMA_ROWS = ("pointspossible", "puntosposibles")  # Canvas adds a row of maxima
# Moodle's words for a student without a group.
NO_TEAM_WORDS = ("nogroups", "nogroup", "singrupos", "singrupo", "ningungrupo")
TEAM_SEPARATOR = re.compile(r"[,;|]")  # between the groups of one student
SECTION_CONJUNCTION = re.compile(r" (?:and|y) ")  # between the sections of one student in Canvas
NBGRADER_HEADING = re.compile(r"There are \d+ students in the database:")
NBGRADER_LINE = re.compile(  # of `nbgrader db student list`
    r"(?P<id>.+?) \((?P<last_name>.*), (?P<first_name>.*)\)"
    r" -- (?P<email>[^,]*)(?:, (?P<lms_user_id>.*))?"
)
NBGRADER_UNKNOWN = "None"
MIN_WORD_LETTERS = 2  # of a word of a name that is compared

RosterRow = Mapping[str, str]  # a student's cells, by column


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The students of a class; the column `id` is the name of a student's folder."""

    rows: tuple[RosterRow, ...]
    groups: Mapping[str, tuple[str, ...]]  # the members' ids, by the group's name in the list
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # likewise

    @property
    def ids(self) -> list[str]:
        """Return every id."""
        return [row["id"] for row in self.rows]

    @property
    def enrollments(self) -> dict[str, Enrollment]:
        """Return the sections and groups of every student."""
        return {
            student: Enrollment(
                sections=_names_with(student, self.sections),
                groups=_names_with(student, self.groups),
            )
            for student in self.ids
        }

    def words_of(self, student_id: str) -> set[str]:
        """Return the words of a student's name, and the login, as keys."""
        row = next(row for row in self.rows if row["id"] == student_id)
        names = " ".join(row.get(column, "") for column in ("name", "first_name", "last_name"))
        if not names.strip():
            return set()
        words = {name_key(word) for word in re.split(r"[\W_]+", names)}
        words.add(name_key(row.get("login", "")))
        return {word for word in words if len(word) >= MIN_WORD_LETTERS}

    def find(self, identifiers: Sequence[Identifier]) -> list[str]:
        """Return the ids of the students that the first matching identifier fits."""
        for column, value in identifiers:
            key = name_key(value)
            found = [row["id"] for row in self.rows if key in _keys_of(row, column)]
            if key and found:
                return found
        return []


def _names_with(student: str, members: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(name for name, students in members.items() if student in students)


def _keys_of(row: RosterRow, column: str) -> set[str]:
    if column != "name":
        return {name_key(row.get(column, ""))}
    first, last = row.get("first_name", ""), row.get("last_name", "")
    family, _, given = row.get("name", "").partition(",")  # "García, Ana"
    names = (row.get("name", ""), first + last, last + first, given + family)
    return {name_key(name) for name in names}


def read_roster(file: Path) -> Roster:
    """Read a list of students as Canvas, Moodle, nbgrader or a person writes it.

    Raises CourseError with a complaint for each mistake.
    """
    text = read_text(file)
    if NBGRADER_HEADING.search(text):
        students = list(_parse_nbgrader_list(text))
    else:
        students = list(_parse_table(file, parse_rows(file, text)))
    complaints: list[str] = []
    rows: dict[str, RosterRow] = {}
    members: dict[str, dict[str, list[str]]] = {column: {} for column in NO_IDENTITY}
    for line, student in students:
        row = {column: cell for column, cell in student.items() if column not in NO_IDENTITY}
        student_id = row["id"]
        if not is_usable_name(student_id):
            complaints.append(f"{file}:{line}: the id {student_id!r} cannot be a folder's name")
        elif rows.setdefault(student_id, row) != row:
            complaints.append(f"{file}:{line}: the id {student_id!r} appears twice; keep one")
        for column, named in members.items():
            for name in split_teams(student.get(column, "")):
                ids = named.setdefault(name, [])
                if student_id not in ids:
                    ids.append(student_id)
    if complaints:
        raise CourseError(*complaints)
    groups, sections = (
        {name: tuple(ids) for name, ids in members[column].items()} for column in NO_IDENTITY
    )
    return Roster(rows=tuple(rows.values()), groups=groups, sections=_single_sections(sections))


def _single_sections(sections: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the sections with `A and B` as the two that it names.

    Canvas joins the sections of one student like that. A name with such a word that no part of the
    list explains is kept.
    """
    found: dict[str, tuple[str, ...]] = {}
    for name, students in sections.items():
        parts = SECTION_CONJUNCTION.split(name)
        is_joined = any(part in sections for part in parts)
        for part in parts if is_joined else [name]:
            found[part] = (*found.get(part, ()), *students)
    return found


def split_teams(cell: str) -> list[str]:
    """Return the names of the groups in a cell."""
    names = [name.strip() for name in TEAM_SEPARATOR.split(cell)]
    return [name for name in names if name and name_key(name) not in NO_TEAM_WORDS]


def _parse_table(file: Path, rows: Sequence[CsvRow]) -> Iterator[tuple[int, RosterRow]]:
    """Yield the line and the columns of every student.

    Raises CourseError if no column identifies the students.
    """
    places = column_places(rows[0].cells if rows else ())
    if not places.keys() & {*ID_COLUMNS, "participant"}:
        expected = ", ".join(column for column in HEADINGS_BY_COLUMN if column != "participant")
        raise CourseError(
            f"{file}:1: no column names the students; expected a first line with some of "
            f"{expected}, or what Canvas, Moodle or nbgrader export"
        )
    id_columns = ("id",) if "id" in places else ID_COLUMNS
    for row in rows[1:]:
        student = row_cells(row, places)
        number = participant_number(student.get("participant", ""))
        if "participant" in student and not number:
            # GitHub Classroom's "identifier": the teacher's own name of the student.
            student.setdefault("id", student["participant"])
        candidates = [student[column] for column in id_columns if column in student]
        student_id = candidates[0] if candidates else student.get("participant", "")
        if name_key(student_id) in MAXIMA_ROWS and student_id:
            continue
        if student_id:
            yield row.line, {**student, "participant": number, "id": student_id}
        elif student.keys() - set(NO_IDENTITY):
            yield row.line, {**student, "id": ""}


def row_cells(row: CsvRow, places: Mapping[str, int]) -> dict[str, str]:
    """Return the cells of a row that are not empty, by column."""
    return {
        column: row.cells[place]
        for column, place in places.items()
        if place < len(row.cells) and row.cells[place]
    }


def _parse_nbgrader_list(text: str) -> Iterator[tuple[int, RosterRow]]:
    """Yield the students that `nbgrader db student list` prints."""
    for number, line in enumerate(text.splitlines(), start=1):
        match = NBGRADER_LINE.fullmatch(line.strip())
        if match is not None:
            cells = match.groupdict().items()
            yield (
                number,
                {column: cell for column, cell in cells if cell and cell != NBGRADER_UNKNOWN},
            )
