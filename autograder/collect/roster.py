"""The roster: who is in the class, and by what names an LMS, a forge or a file may call them."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.collect.found import Clue
from autograder.errors import CourseError
from autograder.intake.collection import is_usable
from autograder.near import did_you_mean

COLUMNS = ("id", "name", "first_name", "last_name", "email", "login", "lms_user_id", "github")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The students, each a row by column; `id` is what their folder is called."""

    rows: tuple[Mapping[str, str], ...]

    @property
    def ids(self) -> list[str]:
        """Every id."""
        return [row["id"] for row in self.rows]

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


def _keys(row: Mapping[str, str], column: str) -> set[str]:
    if column != "name":
        return {key(row.get(column, ""))}
    first, last = row.get("first_name", ""), row.get("last_name", "")
    return {key(name) for name in (row.get("name", ""), first + last, last + first)}


def read_roster(file: Path) -> Roster:
    """The roster of a CSV file with a head; CourseError with a complaint per mistake."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8 text; save it as CSV UTF-8"
        raise CourseError(f"{file}: {why}") from None
    separator = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    table = csv.reader(io.StringIO(text), delimiter=separator)
    head = next((cells for _, cells in _lines(file, table)), [])
    head = [name.lower() for name in head]
    complaints = [_about_column(file, name) for name in head if name not in COLUMNS]
    if "id" not in head:
        complaints.append(f"{file}:1: no column 'id': what a student's folder is called")
    if complaints:
        raise CourseError(*complaints)
    rows: list[dict[str, str]] = []
    for line, cells in _lines(file, table):
        row = {**dict.fromkeys(head, ""), **dict(zip(head, cells, strict=False))}
        if not is_usable(row["id"]):
            complaints.append(f"{file}:{line}: the id {row['id']!r} cannot be a folder's name")
        elif row["id"] in [other["id"] for other in rows]:
            complaints.append(f"{file}:{line}: the id {row['id']!r} appears twice; keep one")
        rows.append(row)
    if complaints:
        raise CourseError(*complaints)
    return Roster(rows=tuple(rows))


def _lines(file: Path, table: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, by the line that they end on; CourseError where one cannot be read."""
    while True:
        try:
            cells = [cell.strip() for cell in next(table)]
        except StopIteration:
            return
        except csv.Error as error:
            raise CourseError(f"{file}: no CSV: {error}") from None
        if any(cells):
            yield table.line_num, cells  # type: ignore[attr-defined]


def _about_column(file: Path, name: str) -> str:
    hint = did_you_mean(name, COLUMNS) or f"; expected some of {', '.join(COLUMNS)}"
    return f"{file}:1: unknown column {name!r}{hint}"
