"""The roster: who is in the class, and by what names an LMS, a forge or a file may call them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.handin.collect.candidate import Clue
from autograder.handin.collect.columns import HEADINGS, columns_of, participant_of
from autograder.handin.collect.csv_table import Row, read_text, rows_of
from autograder.handin.intake.collection import is_usable

# What a student's folder is called: the first of these that the list holds.
NAMING = ("id", "login", "sis_user_id", "email", "lms_user_id", "github", "name")
NOBODY = ("pointspossible", "puntosposibles")  # of Canvas's row of maxima
NO_TEAM = (
    "nogroups",
    "nogroup",
    "singrupos",
    "singrupo",
    "ningungrupo",
)  # how Moodle says that there is none
TEAMS = re.compile(r"[,;|]")  # between the groups of one student
LISTED = re.compile(  # a line of `nbgrader db student list`
    r"(?P<id>.+?) \((?P<last_name>.*), (?P<first_name>.*)\) -- (?P<email>[^,]*)(?:, (?P<lms_user_id>.*))?"
)
SAID_OF_LIST = re.compile(r"There are \d+ students in the database:")
SHORTEST_WORD = 2  # letters of a name that tell something
NONE = "None"  # how nbgrader writes what it does not know

Student = Mapping[str, str]  # what is known, by column


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The students, each a row by column; `id` is what their folder is called."""

    rows: tuple[Student, ...]
    groups: Mapping[
        str, tuple[str, ...]
    ]  # the ids of those whom the list puts in a group, by its name

    @property
    def ids(self) -> list[str]:
        """Every id."""
        return [row["id"] for row in self.rows]

    def words_of(self, id: str) -> set[str]:
        """The words of a student's name, and the login, as `key` writes them."""
        row = next(row for row in self.rows if row["id"] == id)
        names = " ".join(row.get(column, "") for column in ("name", "first_name", "last_name"))
        words = (
            {key(word) for word in re.split(r"[\W_]+", names)} | {key(row.get("login", ""))}
            if names.strip()
            else ()
        )
        return {word for word in words if len(word) >= SHORTEST_WORD}

    def find(self, clues: Sequence[Clue]) -> list[str]:
        """The ids of those whom the first clue that fits anybody fits: one, none, or several."""
        for column, value in clues:
            found = [row["id"] for row in self.rows if key(value) in _keys(row, column)]
            if found and key(value):
                return found
        return []


def key(name: str) -> str:
    """What spellings of one name have in common: no accents, spaces, commas or capitals."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in letters if c.isalnum() or (c in "@.+" and "@" in letters))


def _keys(row: Student, column: str) -> set[str]:
    if column != "name":
        return {key(row.get(column, ""))}
    first, last = row.get("first_name", ""), row.get("last_name", "")
    family, _, given = row.get("name", "").partition(",")  # "García, Ana"
    return {key(name) for name in (row.get("name", ""), first + last, last + first, given + family)}


def read_roster(file: Path) -> Roster:
    """The roster of a list as Canvas, Moodle, nbgrader or a person writes it; CourseError with its
    mistakes.
    """
    text = read_text(file)
    listed = (
        list(_listed(text))
        if SAID_OF_LIST.search(text)
        else list(students_of(file, rows_of(file, text)))
    )
    complaints: list[str] = []
    rows: dict[str, Student] = {}
    groups: dict[str, list[str]] = {}
    for line, student in listed:
        known = {column: cell for column, cell in student.items() if column != "team"}
        if not is_usable(known["id"]):
            complaints.append(f"{file}:{line}: the id {known['id']!r} cannot be a folder's name")
        elif rows.setdefault(known["id"], known) != known:
            complaints.append(f"{file}:{line}: the id {known['id']!r} appears twice; keep one")
        for team in teams_in(student.get("team", "")):
            members = groups.setdefault(team, [])
            members += [known["id"]] * (known["id"] not in members)
    if complaints:
        raise CourseError(*complaints)
    return Roster(
        rows=tuple(rows.values()), groups={team: tuple(ids) for team, ids in groups.items()}
    )


def students_of(file: Path, rows: Sequence[Row]) -> Iterator[tuple[int, Student]]:
    """The line and the columns of every student; CourseError where no column says what a student is
    called.
    """
    columns = columns_of(rows[0].cells if rows else ())
    if not columns.keys() & {*NAMING, "participant"}:
        expected = ", ".join(column for column in HEADINGS if column != "participant")
        raise CourseError(
            f"{file}:1: no column names the students; expected a first line with some of {expected}, or what "
            "Canvas, Moodle or nbgrader export"
        )
    naming = ("id",) if "id" in columns else NAMING
    for row in rows[1:]:
        student = {
            name: row.cells[at]
            for name, at in columns.items()
            if at < len(row.cells) and row.cells[at]
        }
        number = participant_of(student.get("participant", ""))
        if (
            "participant" in student and not number
        ):  # of GitHub Classroom: what a teacher calls the student
            student.setdefault("id", student["participant"])
        named = next(
            (student[column] for column in naming if column in student),
            student.get("participant", ""),
        )
        if named and key(named) not in NOBODY:
            yield row.line, {**student, "participant": number, "id": named}
        elif named or not student.keys() - {"team"}:
            continue  # a row of maxima, or of what concerns no student
        else:
            yield row.line, {**student, "id": ""}


def teams_in(cell: str) -> list[str]:
    """The names of the groups in a cell, which Moodle separates by commas."""
    names = [name.strip() for name in TEAMS.split(cell)]
    return [name for name in names if name and key(name) not in NO_TEAM]


def _listed(text: str) -> Iterator[tuple[int, Student]]:
    """The students of what `nbgrader db student list` prints."""
    for number, line in enumerate(text.splitlines(), start=1):
        if match := LISTED.fullmatch(line.strip()):
            yield (
                number,
                {name: cell for name, cell in match.groupdict().items() if cell and cell != NONE},
            )
