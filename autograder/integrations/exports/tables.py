"""The grades of a class as a table, a column for each criterion: CSV and an Excel workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from autograder.integrations.exports.decimals import decimal_text, rounded
from autograder.model import Course
from autograder.publishing import PublishedGrade
from autograder.text.sanitize import defused, visible

TOTALS = ("bonuses", "penalties", "total", "waiting", "verdict")
NAME_WIDTH = 24  # of a column of names in a workbook, in characters
TABLE_DIGITS = 4  # decimals of a number in the table

Cell = str | Fraction | None  # None: nothing is decided


def grade_rows(
    course: Course, grades: Sequence[PublishedGrade], names: Mapping[str, str]
) -> list[list[Cell]]:
    """Return the header and a row for each student.

    A criterion that waits is blank, and so is a total with points that wait: neither is a zero.
    """
    criteria = list(course.rubric.criteria)
    categories = [category.id for category in course.rubric.categories]
    rows: list[list[Cell]] = [["student", "name", *criteria, *categories, *TOTALS]]
    for grade in grades:
        points = {each.id: each.earned for each in grade.criteria}
        rows.append(
            [
                grade.student,
                names.get(grade.student, ""),
                *(points.get(criterion) for criterion in criteria),
                *_categories(grade, categories),
                *_adjustments(course, grade),
                grade.total if grade.is_decided else None,
                grade.waiting,
                grade.verdict,
            ]
        )
    return rows


def csv_table(rows: Iterable[Sequence[Cell]]) -> str:
    """Return the rows as CSV; a text that a spreadsheet would run as a formula is defused.

    Texts are always quoted: a spreadsheet may split cells at another separator.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    for row in rows:
        writer.writerow(
            [_number(cell) if isinstance(cell, Fraction) else _text(cell) for cell in row]
        )
    return buffer.getvalue()


def xlsx_table(course: Course, rows: Sequence[Sequence[Cell]], note: str) -> bytes:
    """Return the rows as a workbook: points are numbers, texts are never formulas."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Grades"
    book.properties.title = visible(f"{course.title.en} {note}".strip())
    _fill(sheet, rows)
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = NAME_WIDTH
    sheet.column_dimensions["B"].width = NAME_WIDTH
    about = book.create_sheet("Criteria")
    described: list[list[Cell]] = [["criterion", "category", "points", "es", "en"]]
    for category in course.rubric.categories:
        for each in category.criteria:
            described.append([each.id, category.id, each.points, each.title.es, each.title.en])
    _fill(about, described)
    for each_sheet in (sheet, about):
        for cell in each_sheet[1]:
            cell.font = Font(bold=True)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(sheet: object, rows: Iterable[Sequence[Cell]]) -> None:
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            cell = sheet.cell(row=number, column=place)  # type: ignore[attr-defined]
            if isinstance(value, Fraction):
                cell.value = float(rounded(value, TABLE_DIGITS))
            elif value:
                cell.value = defused(value)
                cell.data_type = "s"  # a text, also where it begins with =


def _text(cell: str | None) -> str:
    return defused(cell or "")


def _number(exact: Fraction) -> Decimal:
    """Return a number that is written with a decimal point and no needless zeros."""
    return Decimal(decimal_text(exact, TABLE_DIGITS).rstrip("0").rstrip("."))


def _categories(grade: PublishedGrade, ids: Iterable[str]) -> list[Cell]:
    entries = {each["id"]: each for each in grade.content["categories"]}
    cells: list[Cell] = []
    for category in ids:
        entry = entries.get(category)
        is_decided = entry is not None and not Fraction(entry["waiting_exact"])
        cells.append(Fraction(entry["earned_exact"]) if entry and is_decided else None)
    return cells


def _adjustments(course: Course, grade: PublishedGrade) -> tuple[Fraction, Fraction]:
    """Return the points of all bonuses, and those of all penalties."""
    bonus_ids = {bonus.id for bonus in course.rubric.bonuses}
    bonuses = penalties = Fraction(0)
    for each in grade.content["adjustments"]:
        points = Fraction(each["points_exact"])
        if each["id"] in bonus_ids:
            bonuses += points
        else:
            penalties += points
    return bonuses, penalties
