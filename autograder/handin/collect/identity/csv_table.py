"""CSV files as Excel, an LMS or an editor writes them: any separator, any encoding."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.text.decoding import decoded

CSV_SEPARATORS = ",;\t|"
MAX_CSV_BYTES = 16 << 20
XLSX_MAGIC = b"PK\x03\x04"
SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # Excel's own first line
QUOTED_TEXT = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvRow:
    """A row that is not blank."""

    line: int  # the last line of the row in the file
    cells: tuple[str, ...]


def read_text(file: Path) -> str:
    """Return the text of a file; CourseError if it cannot be read or is a workbook."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CourseError(f"{file}: {error.strerror}") from None
    if data.startswith(XLSX_MAGIC):
        raise CourseError(f"{file}: a workbook, or packed; expected text: save it as CSV UTF-8")
    if len(data) > MAX_CSV_BYTES:
        raise CourseError(
            f"{file}: has more than {MAX_CSV_BYTES >> 20} MiB; this is no list of students"
        )
    return decoded(data)


def parse_rows(file: Path, text: str) -> list[CsvRow]:
    """Return the rows that are not blank; CourseError if the text is no CSV."""
    stated = SEPARATOR_LINE.match(text)
    body = text[stated.end() :] if stated else text
    separator = stated[1] if stated else _guess_separator(body)
    rows = []
    try:
        # TypeError or ValueError: csv does not accept the separator.
        table = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
        for cells in table:
            stripped = tuple(cell.strip() for cell in cells)
            if any(stripped):
                rows.append(CsvRow(line=table.line_num + bool(stated), cells=stripped))
    except (csv.Error, ValueError, TypeError) as error:
        raise CourseError(f"{file}: no CSV: {error}") from None
    return rows


def _guess_separator(text: str) -> str:
    """Return the separator that is most frequent in the first line, outside quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(CSV_SEPARATORS, key=QUOTED_TEXT.sub("", first).count)
