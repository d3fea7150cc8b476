"""CSV files of which single cells are edited, and every other byte stays as it is."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.text.decoding import WINDOWS_ENCODING

SEPARATORS = ",;\t"
SEPARATOR_LINE = re.compile(r"sep=(.)(?:\r\n|\n|\r)", re.IGNORECASE)  # Excel's own first line
MAX_BYTES = 64 << 20

Place = tuple[int, int]  # a row and a column, from 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTable:
    """A CSV file as it was read: rows of raw cells, and what stands between them."""

    encoding: str
    mark: bytes  # the byte order mark
    head: str  # a line that states the separator
    separator: str
    raw: tuple[tuple[str, ...], ...]  # cells by row, quotes included
    ends: tuple[str, ...]  # the line end of each row

    @property
    def rows(self) -> list[list[str]]:
        """The values of the cells, by row."""
        return [[_value(cell) for cell in row] for row in self.raw]

    def edited(self, values: Mapping[Place, str]) -> bytes:
        """Return the file with these cells replaced.

        CourseError where the file's encoding lacks a character.
        """
        lines = []
        for row, (cells, end) in enumerate(zip(self.raw, self.ends, strict=True)):
            written = [
                self._written(cell, values[row, column]) if (row, column) in values else cell
                for column, cell in enumerate(cells)
            ]
            lines.append(self.separator.join(written) + end)
        text = self.head + "".join(lines)
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise CourseError(
                f"{text[error.start]!r} cannot be written in the file's encoding "
                f"({self.encoding}); save the file as CSV UTF-8 and use that"
            ) from None

    def _written(self, before: str, value: str) -> str:
        """Return a value as a raw cell; quoted where it must be, or where it was before."""
        if before == value or _value(before) == value:
            return before
        is_quoted = before.startswith('"') or any(c in value for c in (self.separator, *'"\r\n'))
        return '"' + value.replace('"', '""') + '"' if is_quoted else value


def read_cells(file: Path) -> CellTable:
    """Return the cells of a file; raise CourseError if it cannot be read as CSV."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CourseError(f"{file}: {(error.strerror or str(error)).lower()}") from None
    if data.startswith(b"PK\x03\x04"):
        raise CourseError(f"{file}: a workbook, or packed; download it as CSV")
    if len(data) > MAX_BYTES:
        raise CourseError(f"{file}: has more than {MAX_BYTES >> 20} MiB; this is no gradebook")
    return parse_cells(data, str(file))


def parse_cells(data: bytes, place: str) -> CellTable:
    """Return the cells of a file's content."""
    mark, encoding = _encoding(data)
    text = data[len(mark) :].decode(encoding)
    stated = SEPARATOR_LINE.match(text)
    head = stated[0] if stated else ""
    body = text[len(head) :]
    separator = stated[1] if stated else _guessed_separator(body)
    raw, ends = _split(body, separator, place)
    return CellTable(
        encoding=encoding, mark=mark, head=head, separator=separator, raw=raw, ends=ends
    )


def _encoding(data: bytes) -> tuple[bytes, str]:
    """Return the byte order mark and the encoding in which the bytes survive a round trip."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return mark, encoding
    for encoding in ("utf-8", WINDOWS_ENCODING):
        try:
            data.decode(encoding)
            return b"", encoding
        except UnicodeDecodeError:
            continue
    return b"", "latin-1"  # every byte has a meaning in it


def _guessed_separator(body: str) -> str:
    """Return the separator that is most frequent in the first line, outside quotes."""
    first = next((line for line in body.splitlines() if line.strip()), "")
    unquoted = re.sub(r'"[^"]*"', "", first)
    return max(SEPARATORS, key=unquoted.count)


def _split(
    body: str, separator: str, place: str
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Return the raw cells by row, and the line end of each row."""
    plain = f"[^{re.escape(separator)}\r\n]*"
    cell = re.compile(f'("(?:[^"]|"")*"{plain}|{plain})({re.escape(separator)}|\r\n|\n|\r|\\Z)')
    rows, ends = [], []
    cells: list[str] = []
    position = 0
    while position < len(body) or cells:
        match = cell.match(body, position)
        if match is None or (match[1].startswith('"') and match[1].count('"') % 2):
            line = body.count("\n", 0, position) + 1
            raise CourseError(f"{place}:{line}: a quote that is never closed; it is no CSV")
        cells.append(match[1])
        position = match.end()
        if match[2] != separator:
            rows.append(tuple(cells))
            ends.append(match[2])
            cells = []
    return tuple(rows), tuple(ends)


def _value(cell: str) -> str:
    """Return the value of a raw cell, without its quotes and the blanks around."""
    if not cell.startswith('"'):
        return cell.strip()
    closing = cell.rindex('"')
    return (cell[1:closing].replace('""', '"') + cell[closing + 1 :]).strip()


def cell_at(row: Sequence[str], column: int | None) -> str:
    """Return a cell of a row; empty where the row is shorter, or there is no such column."""
    return row[column] if column is not None and column < len(row) else ""
