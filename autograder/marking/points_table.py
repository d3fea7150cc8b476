"""Points from outside: a CSV file with a row for each student, such as those of a paper exam.

The whole file is checked before anything of it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

from autograder.errors import CourseError
from autograder.handin.collect.candidate import Identifier, RosterColumn
from autograder.handin.collect.identity.csv_table import CsvRow, parse_rows, read_text
from autograder.handin.collect.identity.headings import (
    POINTS_HEADINGS,
    column_places,
    fold_heading,
)
from autograder.handin.collect.identity.names import name_key
from autograder.handin.collect.identity.roster import ID_COLUMNS, MAXIMA_ROWS, row_cells
from autograder.marking.student_names import StudentNames
from autograder.model import Rubric
from autograder.scoring.criteria import format_points
from autograder.text.suggestions import did_you_mean

NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{1,9}|/[1-9]\d{0,8})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOptions:
    """How a table is to be read."""

    criterion: str = ""  # of the only column of points
    columns: Mapping[str, str]  # criterion by heading
    out_of: Fraction | None = None  # the points of the exam; None: those of the criterion


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPoints:
    """The points of one student for one criterion."""

    line: int
    student: str
    criterion: str
    points: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsTable:
    """What a file gives; `blank` are students with a row and without points."""

    points: tuple[GivenPoints, ...]
    blank: tuple[str, ...]
    unused: tuple[str, ...]  # headings of columns that were not read


def read_points(
    file: Path, rubric: Rubric, names: StudentNames, options: TableOptions
) -> PointsTable:
    """Return the points of a file; CourseError with a line for each mistake in it."""
    rows = parse_rows(file, read_text(file))
    head = rows[0].cells if rows else ()
    places = _identity_places(head, options)
    if not places.keys() & {*ID_COLUMNS, "first_name", "last_name"}:
        raise CourseError(
            f"{file}:1: no column names the students; expected a first line with one of "
            f"{', '.join(ID_COLUMNS)}"
        )
    columns = _criterion_places(file, head, set(places.values()), rubric, options)
    complaints: list[str] = []
    lines: dict[str, int] = {}  # of each student
    points: list[GivenPoints] = []
    for row in rows[1:]:
        identifiers = _identifiers(row, places)
        if not identifiers and not any(_cell(row, place) for place in columns):
            continue
        if any(name_key(name) in MAXIMA_ROWS for _, name in identifiers):
            continue  # Canvas's row of maxima
        try:
            student = names.find(identifiers)
            if student in lines:
                raise ValueError(f"{student} has a row already, on line {lines[student]}; keep one")
            lines[student] = row.line
            points += _points_of_row(row, student, columns, rubric, options)
        except ValueError as error:
            complaints += [f"{file}:{row.line}: {problem}" for problem in error.args]
    if complaints:
        raise CourseError(*complaints)
    with_points = {given.student for given in points}
    read = {*columns, *places.values()}
    return PointsTable(
        points=tuple(points),
        blank=tuple(student for student in lines if student not in with_points),
        unused=tuple(text for place, text in enumerate(head) if text and place not in read),
    )


def _identity_places(head: Sequence[str], options: TableOptions) -> dict[str, int]:
    """Return the places of the columns that name students."""
    return {
        column: place
        for column, place in column_places(head).items()
        if head[place] not in options.columns
    }


def _criterion_places(
    file: Path, head: Sequence[str], taken: set[int], rubric: Rubric, options: TableOptions
) -> dict[int, str]:
    """Return the criterion of each column of points, by its place.

    A column is named by an option, is called as a criterion, or is the only one of points.
    """
    for heading in options.columns:
        if heading not in head:
            raise CourseError(
                f"{file}:1: no column {heading!r}{did_you_mean(heading, head)}; "
                f"it has {', '.join(map(repr, head))}"
            )
    found = {}
    for place, heading in enumerate(head):
        criterion = options.columns.get(heading, heading)
        if criterion in rubric.criteria:
            found[place] = criterion
    if options.criterion and options.criterion not in found.values():
        found[_points_place(file, head, {*taken, *found})] = options.criterion
    if not found:
        raise CourseError(
            f"{file}:1: no column is called as a criterion; say which it is with "
            f"--criterion ID or --column HEADING=CRITERION; it has {', '.join(map(repr, head))}"
        )
    doubled = sorted({each for each in found.values() if list(found.values()).count(each) > 1})
    if doubled:
        raise CourseError(f"{file}:1: two columns are for {', '.join(doubled)}; keep one")
    return found


def _points_place(file: Path, head: Sequence[str], taken: set[int]) -> int:
    """Return the place of the column of points: the one so called, or the only one left."""
    left = [place for place, text in enumerate(head) if text and place not in taken]
    called = [place for place in left if fold_heading(head[place]) in POINTS_HEADINGS]
    if len(called or left) != 1:
        shown = ", ".join(repr(head[place]) for place in called or left) or "none"
        raise CourseError(
            f"{file}:1: which column has the points? candidates: {shown}; "
            "say it with --column HEADING=CRITERION"
        )
    return (called or left)[0]


def _identifiers(row: CsvRow, places: Mapping[str, int]) -> list[Identifier]:
    """Return the names of a row's student, by column."""
    cells = row_cells(row, places)
    found = [(cast("RosterColumn", name), cells[name]) for name in ID_COLUMNS if name in cells]
    given = f"{cells.get('first_name', '')} {cells.get('last_name', '')}".strip()
    return [*found, ("name", given)] if given else found


def _points_of_row(
    row: CsvRow,
    student: str,
    columns: Mapping[int, str],
    rubric: Rubric,
    options: TableOptions,
) -> Iterator[GivenPoints]:
    """Yield the points of a row; ValueError with all that is wrong in it."""
    problems = []
    found = []
    for place, criterion in columns.items():
        text = _cell(row, place)
        if not text:
            continue
        possible = rubric.criteria[criterion].points
        try:
            points = _points(text, options.out_of or possible)
        except ValueError as error:
            problems.append(f"{student}: {criterion}: {error}")
            continue
        if options.out_of is not None:
            points = points * possible / options.out_of
        found.append(
            GivenPoints(line=row.line, student=student, criterion=criterion, points=points)
        )
    if problems:
        raise ValueError(*problems)
    yield from found


def _points(text: str, most: Fraction) -> Fraction:
    """Return a number with a decimal point or comma; ValueError unless it is from 0 to `most`."""
    shown = format_points(most, "en")
    if not NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is no number; expected 0 to {shown}, or an empty cell")
    points = Fraction(text.replace(",", "."))
    if points > most:
        raise ValueError(f"{text} is more than {shown}; see --out-of if the exam had other points")
    return points


def _cell(row: CsvRow, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""
