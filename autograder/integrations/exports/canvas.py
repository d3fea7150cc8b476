"""Canvas: the gradebook that the site gave as CSV, with marks in the columns that are named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from autograder.errors import CourseError
from autograder.handin.collect.identity.headings import column_places
from autograder.handin.collect.identity.names import name_key
from autograder.handin.collect.identity.roster import MAXIMA_ROWS
from autograder.integrations.exports.csv_cells import CellTable, Place, cell_at
from autograder.integrations.exports.decimals import decimal_text, positive_number
from autograder.integrations.exports.outcome import ExportOutcome
from autograder.integrations.exports.parts import Part, points_in
from autograder.integrations.exports.site_rows import KnownStudents, SiteRow
from autograder.publishing import PublishedGrade
from autograder.text.suggestions import did_you_mean

TITLE_WITH_ID = re.compile(r"(?P<title>.+) \((?P<id>\d+)\)", re.DOTALL)
EXCUSED = "EX"
TEST_STUDENTS = ("studenttest", "teststudent")  # the site's own pretended student
COMMA_DECIMAL = re.compile(r"-?\d+,\d+")
MAX_HEAD_ROWS = 3  # below the header: Manual Posting, Points Possible


@dataclass(frozen=True, slots=True, kw_only=True)
class GradebookColumn:
    """A column of an assignment at the site."""

    place: int
    heading: str  # the title with its id
    maximum: Fraction  # the site's points possible


@dataclass(frozen=True, kw_only=True)  # no slots: the sign is found once
class Gradebook:
    """The gradebook's rows and what they mean."""

    file: Path
    table: CellTable
    rows: tuple[tuple[str, ...], ...]
    maxima_row: int
    identifying: Mapping[str, int]  # places of the columns that tell whose a row is

    @cached_property
    def decimal_sign(self) -> str:
        """The sign before decimals, as the site writes them."""
        if self.table.separator == ",":
            return "."
        has_comma = any(COMMA_DECIMAL.fullmatch(cell) for row in self.rows[1:] for cell in row)
        return "," if has_comma else "."

    @property
    def headings(self) -> dict[str, int]:
        """The place of each column of an assignment, by its title with id."""
        head, maxima = self.rows[0], self.rows[self.maxima_row]
        return {
            heading: place
            for place, heading in enumerate(head)
            if TITLE_WITH_ID.fullmatch(heading) and "(" not in cell_at(maxima, place)
        }

    def student_rows(self) -> list[int]:
        """Return the numbers of the rows that are students."""
        return [
            number
            for number, row in enumerate(self.rows)
            if number > self.maxima_row and name_key(cell_at(row, 0)) not in (*TEST_STUDENTS, "")
        ]

    def identifiers(self, number: int) -> SiteRow:
        """Return the cells that identify the student of a row."""
        row = self.rows[number]
        cells = {column: cell_at(row, place) for column, place in self.identifying.items()}
        return {column: cell for column, cell in cells.items() if cell}


def read_gradebook(file: Path, table: CellTable) -> Gradebook:
    """Return the gradebook in a table; CourseError if Canvas would not take it as one."""
    rows = tuple(tuple(row) for row in table.rows)
    head = rows[0] if rows else ()
    places = column_places(head)
    if len(head) < 2 or "lms_user_id" not in places:
        raise CourseError(
            f"{file}:1: no gradebook of Canvas: the first column must be Student and the second "
            "ID; export it in Canvas under Grades, Export Entire Gradebook"
        )
    for number, row in enumerate(rows[1 : 1 + MAX_HEAD_ROWS], start=1):
        if name_key(cell_at(row, 0)) in MAXIMA_ROWS:
            return Gradebook(
                file=file, table=table, rows=rows, maxima_row=number, identifying=places
            )
    raise CourseError(
        f"{file}:2: no row 'Points Possible' below the header; export the gradebook again"
    )


def find_column(gradebook: Gradebook, name: str) -> GradebookColumn:
    """Return the column of a title with id, of a title alone, or of an id.

    Canvas makes a new assignment of a title that it does not know, so no other title is written.
    """
    headings = gradebook.headings
    found = [name] if name in headings else []
    for heading in headings:
        match = TITLE_WITH_ID.fullmatch(heading)
        if match is not None and not found and name in (match["title"], match["id"]):
            found = [
                other
                for other in headings
                if (parts := TITLE_WITH_ID.fullmatch(other))
                and name in (parts["title"], parts["id"])
            ]
    if len(found) == 1:
        return _column(gradebook, found[0])
    known = ", ".join(headings) or "none"
    if found:
        raise CourseError(f"{gradebook.file}:1: {name!r} is {' and '.join(found)}; name the id")
    raise CourseError(
        f"{gradebook.file}:1: no column {name!r}{did_you_mean(name, list(headings))}; Canvas "
        f"would make a new assignment of it; the file has {known}"
    )


def matching_columns(
    gradebook: Gradebook, parts: Sequence[Part]
) -> list[tuple[GradebookColumn, Part]]:
    """Return the columns whose title is that of a part, or its id; CourseError if there is none."""
    found: dict[str, list[str]] = {}
    for heading in gradebook.headings:
        match = TITLE_WITH_ID.fullmatch(heading)
        for part in parts:
            names = {name_key(each) for each in (part.id, part.title.es, part.title.en)}
            if match is not None and name_key(match["title"]) in names:
                found.setdefault(part.id, []).append(heading)
                break
    unclear = [headings for headings in found.values() if len(headings) > 1]
    if unclear:
        raise CourseError(
            f"{gradebook.file}:1: {' and '.join(unclear[0])} fit the same part of the grade; "
            "name the one to write with --column"
        )
    if not found:
        known = ", ".join(gradebook.headings) or "none"
        raise CourseError(
            f"{gradebook.file}:1: no column has the title of an assignment of the course or of "
            f"the course itself; name one with --column 'TITLE (ID)=PART'; the file has {known}"
        )
    by_id = {part.id: part for part in parts}
    return [(_column(gradebook, headings[0]), by_id[part]) for part, headings in found.items()]


def require_distinct(columns: Iterable[GradebookColumn]) -> None:
    """Raise CourseError where two marks would go into one column."""
    named = [column.heading for column in columns]
    twice = next((heading for heading in named if named.count(heading) > 1), None)
    if twice is not None:
        raise CourseError(f"--column: {twice!r} is named twice; one column takes one part")


def _column(gradebook: Gradebook, heading: str) -> GradebookColumn:
    place = gradebook.headings[heading]
    stated = cell_at(gradebook.rows[gradebook.maxima_row], place)
    where = f"{gradebook.file}:{gradebook.maxima_row + 1}: {heading}"
    return GradebookColumn(place=place, heading=heading, maximum=positive_number(stated, where))


def mark_gradebook(
    gradebook: Gradebook,
    columns: Sequence[tuple[GradebookColumn, Part]],
    grades: Sequence[PublishedGrade],
    known: KnownStudents,
) -> tuple[bytes, ExportOutcome]:
    """Return the gradebook's file with the marks, and what was done."""
    outcome = ExportOutcome()
    numbers = gradebook.student_rows()
    matches = known.match([gradebook.identifiers(number) for number in numbers])
    by_student = matches.by_student(numbers)
    values: dict[Place, str] = {}
    for grade in grades:
        if grade.student not in by_student:
            outcome.not_at_site.append(grade.student)
            continue
        number = by_student[grade.student]
        for column, part in columns:
            _mark(gradebook, number, column, grade, part, values, outcome)
    people = [_person(gradebook, number) for number in numbers]
    outcome.not_graded += matches.left_over(people)
    return gradebook.table.edited(values), outcome


def _mark(
    gradebook: Gradebook,
    number: int,
    column: GradebookColumn,
    grade: PublishedGrade,
    part: Part,
    values: dict[Place, str],
    outcome: ExportOutcome,
) -> None:
    """Note what happens to one cell, and its new value."""
    points = points_in(grade, part)
    before = cell_at(gradebook.rows[number], column.place)
    name = f"{grade.student}: {column.heading}"
    scaled = points.scaled_to(column.maximum)
    if before.upper() == EXCUSED:
        outcome.excused.append(name)
    elif scaled is None:
        (outcome.faults if points.decision == "fault" else outcome.waiting).append(name)
    else:
        text = decimal_text(scaled, sign=gradebook.decimal_sign)
        if text == before:
            outcome.unchanged += 1
            return
        values[number, column.place] = text
        was = f" (was {before})" if before else ""
        outcome.written.append(f"{name}: {text}{was}")


def _person(gradebook: Gradebook, number: int) -> str:
    """Return the name of a row's student with the site's id."""
    row = gradebook.rows[number]
    return f"{cell_at(row, 0)} (ID {cell_at(row, 1)})"
