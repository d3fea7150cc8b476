"""A table of a CSV file as Excel, an LMS or an editor writes it: any separator, any encoding."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.text.decoding import decoded

SEPARATORS = ",;\t|"
MAX_BYTES = 16 << 20
WORKBOOK = b"PK\x03\x04"  # how an .xlsx begins
STATED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # Excel's own first line
QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Cells that hold something, and the line that they end on."""

    line: int
    cells: tuple[str, ...]


def read_text(file: Path) -> str:
    """The text of a file of staff; CourseError where it cannot be read, or is a workbook."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CourseError(f"{file}: {error.strerror}") from None
    if data.startswith(WORKBOOK):
        raise CourseError(f"{file}: a workbook, or packed; expected text: save it as CSV UTF-8")
    if len(data) > MAX_BYTES:
        raise CourseError(
            f"{file}: has more than {MAX_BYTES >> 20} MiB; this is no list of students"
        )
    return decoded(data)


def rows_of(file: Path, text: str) -> list[Row]:
    """The rows that hold something; CourseError where the text is no CSV."""
    stated = STATED.match(text)
    body = text[stated.end() :] if stated else text
    table = csv.reader(
        io.StringIO(body, newline=""), delimiter=stated[1] if stated else _separator(body)
    )
    rows = []
    try:
        for cells in table:
            stripped = tuple(cell.strip() for cell in cells)
            if any(stripped):
                rows.append(Row(line=table.line_num + bool(stated), cells=stripped))
    except (
        csv.Error,
        ValueError,
        TypeError,
    ) as error:  # the latter two: a separator that csv does not take
        raise CourseError(f"{file}: no CSV: {error}") from None
    return rows


def _separator(text: str) -> str:
    """The separator that the first line has most of, outside quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    plain = QUOTED.sub("", first)
    return max(SEPARATORS, key=plain.count)
