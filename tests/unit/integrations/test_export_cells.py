"""Cells of CSV files: one is replaced, and every other byte survives."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import CourseError
from autograder.integrations.exports.csv_cells import parse_cells

CELLS = st.text(st.sampled_from('ab ,;"\n\r\tñ='), max_size=6)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=4), st.data())
def test_no_edit_is_no_change(rows: list[list[str]], data: st.DataObject) -> None:
    """A file without edits has the same bytes, whatever its cells hold."""
    separator = data.draw(st.sampled_from(",;"))
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=separator).writerows([["head", "two"], *rows])
    content = buffer.getvalue().encode()
    assert parse_cells(content, "f").edited({}) == content


@given(CELLS)
def test_a_replaced_cell_is_read_back(value: str) -> None:
    """Whatever a value holds, a reader of CSV finds it in its cell, and its neighbors unchanged."""
    table = parse_cells(b'"a;b",1,"x ""y"""\n', "f")
    row = next(csv.reader(io.StringIO(table.edited({(0, 1): value}).decode(), newline="")))
    assert row in ([["a;b", value, 'x "y"']] if value.strip() != "1" else [["a;b", "1", 'x "y"']])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_stays(encoding: str) -> None:
    """A file of Excel keeps its encoding and its byte order mark."""
    content = "Íñigo,1\r\n".encode(encoding)
    assert parse_cells(content, "f").edited({(0, 1): "2"}) == "Íñigo,2\r\n".encode(encoding)


def test_a_stated_separator_stays() -> None:
    """Excel's own first line is no row."""
    table = parse_cells(b"sep=;\na,b;1\n", "f")
    assert table.edited({(0, 1): "2"}) == b"sep=;\na,b;2\n"


def test_a_quote_that_is_never_closed_is_refused() -> None:
    """Half a file is no gradebook."""
    with pytest.raises(CourseError, match=r"f:2: a quote"):
        parse_cells(b'a,b\n1,"2\n', "f")


def test_a_letter_that_the_encoding_lacks_is_refused() -> None:
    """The error says what to do instead of writing a question mark."""
    with pytest.raises(CourseError, match="UTF-8"):
        parse_cells("ñ,1\n".encode("cp1252"), "f").edited({(0, 1): "→日"})
