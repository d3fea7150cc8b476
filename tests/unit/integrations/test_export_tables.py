"""Tables of points: CSV and workbook hold every criterion, and run no formula."""

from __future__ import annotations

import csv
import io
import zipfile
from fractions import Fraction

import pytest
from openpyxl import load_workbook

from autograder.integrations.exports.decimals import decimal_text, parse_decimal, rounded
from autograder.integrations.exports.tables import csv_table, grade_rows, xlsx_table
from tests.support.exported_class import ExportedClass

NAMES = {"ana": "=1+1", "bo": "@SUM(A1)", "carla": "-cmd|' /C calc'!A0", "Núñez, Íñigo": '"<b>'}


def read_csv(made: ExportedClass) -> dict[str, dict[str, str]]:
    """Return the rows of the CSV by student."""
    text = csv_table(grade_rows(made.course, made.grades, NAMES))
    return {row["student"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def test_the_table_has_a_column_for_each_criterion(made: ExportedClass) -> None:
    """Points are numbers with a decimal point."""
    row = read_csv(made)["Núñez, Íñigo"]
    assert [row[c] for c in ("code.double", "words.essay", "total")] == ["2", "3.3333", "8.3333"]


def test_what_waits_is_blank(made: ExportedClass) -> None:
    """An essay that no person has read is no zero, and neither is the total above it."""
    rows = read_csv(made)
    assert (rows["bo"]["words.essay"], rows["bo"]["total"], rows["bo"]["waiting"]) == ("", "", "10")
    assert (rows["carla"]["code.double"], rows["carla"]["total"]) == ("", "")


def test_no_cell_of_the_csv_is_a_formula(made: ExportedClass) -> None:
    """A name that begins like a formula has an apostrophe before it."""
    assert {row["name"][0] for row in read_csv(made).values()} == {"'", '"'}


def test_the_workbook_holds_numbers_and_texts(made: ExportedClass) -> None:
    """openpyxl reads points as numbers, blanks as nothing, and no formula."""
    rows = grade_rows(made.course, made.grades, NAMES)
    content = xlsx_table(made.course, rows, "draft")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    book = load_workbook(io.BytesIO(content))
    sheet = book["Grades"]
    head = [cell.value for cell in sheet[1]]
    students = {
        row[0].value: dict(zip(head, row, strict=True)) for row in sheet.iter_rows(min_row=2)
    }
    assert students["ana"]["code.double"].value == 2
    assert students["bo"]["words.essay"].value is None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert students["ana"]["name"].value == "'=1+1"
    assert "draft" in book.properties.title
    assert book["Criteria"]["A2"].value == "code.double"


@pytest.mark.parametrize(
    ("value", "expected"), [("1/8", "0.13"), ("5/1000", "0.01"), ("-1/8", "-0.13"), ("2", "2.00")]
)
def test_numbers_are_rounded_half_up(value: str, expected: str) -> None:
    """Half a hundredth goes up, also where a float would be a hair below."""
    assert decimal_text(Fraction(value)) == expected
    assert float(rounded(Fraction(value))) == float(expected)


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "1,2,3", "-1", "1e5"])
def test_what_is_no_number_is_refused(text: str) -> None:
    """A cell of a site is a plain number or none."""
    with pytest.raises(ValueError):
        parse_decimal(text)
