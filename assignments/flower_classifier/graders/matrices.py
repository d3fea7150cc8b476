"""The confusion matrix as it was handed in, and how far it agrees with another one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from documents import read_text

from autograder.checks import fail

CLASSES = 102
SEPARATORS = str.maketrans(',;\t"[]', "      ")  # of a table's cells
MARGINS = ("all", "total", "totals")  # pandas' names for sums of rows and columns

Matrix = list[list[int]]


def read_matrix(content: bytes) -> Matrix:
    """Return the 102 × 102 counts of a CSV file, without header and index.

    The check fails with what is wrong with the file.
    """
    lines = [line for line in read_text(content).splitlines() if line.strip()]
    rows = [line.translate(SEPARATORS).split() for line in lines]
    labelled = _labelled(rows)
    if labelled is not None:
        return labelled
    if len(rows) == CLASSES + 1:
        rows = rows[1:]  # a header
    if all(len(row) > CLASSES for row in rows):
        rows = [
            row[-CLASSES:] if len(row) == CLASSES + 1 or _count(row[0]) is None else row
            for row in rows
        ]
    widths = {len(row) for row in rows}
    if len(rows) != CLASSES or widths != {CLASSES}:
        fail("matrix_size", rows=len(rows), columns=max(widths, default=0))
    counts = [[_count(cell) for cell in row] for row in rows]
    if any(count is None for row in counts for count in row):
        fail("matrix_no_counts")
    return [[count or 0 for count in row] for row in counts]


def _labelled(rows: Sequence[Sequence[str]]) -> Matrix | None:
    """Return a table with labelled rows and columns, as pandas.crosstab writes it; else None.

    Classes that were never predicted have no column in it.
    """
    if not rows or len(rows) > CLASSES + 4:
        return None
    body = [row for row in rows[1:] if _count(row[0]) is not None]
    width = len(body[0]) if body else 0
    names = [cell for cell in rows[0] if cell.lower() not in MARGINS]
    columns = (
        [_count(cell) for cell in names[len(names) - (width - 1) :]]
        if len(names) >= width - 1
        else []
    )
    columns = [column for column in columns if column is not None]
    indices = [_count(row[0]) for row in body]
    known = set(range(CLASSES))
    is_square = len(columns) == CLASSES and len(rows) >= CLASSES + 1
    if (
        is_square
        or not columns
        or not {*columns, *indices} <= known
        or len(set(columns)) < len(columns)
    ):
        return None
    if len(set(indices)) < len(indices) or not all(len(row) >= 1 + len(columns) for row in body):
        return None
    matrix = [[0] * CLASSES for _ in range(CLASSES)]
    for index, row in zip(indices, body, strict=True):
        for column, cell in zip(columns, row[1:], strict=False):
            count = _count(cell)
            if count is None or index is None:
                return None
            matrix[index][column] = count
    return matrix


def _count(cell: str) -> int | None:
    """Return a non-negative integer, such as 3 or 3.0; None for anything else."""
    try:
        number = float(cell)
    except ValueError:
        return None
    return int(number) if 0 <= number < 1e6 and number == int(number) else None


def overlap(
    matrix: Sequence[Sequence[int]], counts: Sequence[Sequence[int]], *, part: bool
) -> float:
    """Return the share of images that two matrices count in the same cell.

    `part`: `counts` are of a part of the images only, so that the matrix has more of them.
    """
    cells = [
        (a, b)
        for one, other in zip(matrix, counts, strict=True)
        for a, b in zip(one, other, strict=True)
    ]
    mine, theirs = sum(a for a, _ in cells), sum(b for _, b in cells)
    return sum(min(pair) for pair in cells) / max(1, theirs if part else max(mine, theirs))


def share_of_counts(matrix: Sequence[Sequence[int]]) -> Fraction:
    """Return the accuracy of a confusion matrix."""
    return Fraction(sum(row[k] for k, row in enumerate(matrix)), max(1, sum(map(sum, matrix))))


def transposed(matrix: Sequence[Sequence[int]]) -> Matrix:
    """Rows as columns."""
    return [list(column) for column in zip(*matrix, strict=True)]
