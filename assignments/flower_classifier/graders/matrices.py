"""The confusion matrix as it was handed in, and how far it agrees with another one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from documents import read_text

from autograder.checks import fail

NUM_CLASSES = 102
CELL_SEPARATORS = str.maketrans(',;\t"[]', "      ")  # of a table's cells
MARGIN_NAMES = ("all", "total", "totals")  # pandas' names for sums of rows and columns

Matrix = list[list[int]]


def read_matrix(content: bytes) -> Matrix:
    """Return the 102 × 102 counts of a CSV file, without header and index.

    The check fails with what is wrong with the file.
    """
    lines = [line for line in read_text(content).splitlines() if line.strip()]
    rows = [line.translate(CELL_SEPARATORS).split() for line in lines]
    labelled = _labelled(rows)
    if labelled is not None:
        return labelled
    if len(rows) == NUM_CLASSES + 1:
        rows = rows[1:]  # a header
    if all(len(row) > NUM_CLASSES for row in rows):
        rows = [_without_label(row) for row in rows]
    widths = {len(row) for row in rows}
    if len(rows) != NUM_CLASSES or widths != {NUM_CLASSES}:
        fail("matrix_size", rows=len(rows), columns=max(widths, default=0))
    counts = [[_count(cell) for cell in row] for row in rows]
    if any(count is None for row in counts for count in row):
        fail("matrix_no_counts")
    return [[count or 0 for count in row] for row in counts]


def _without_label(row: Sequence[str]) -> list[str]:
    """Return a row without what stands before its counts, where that can only be a label."""
    is_labelled = len(row) == NUM_CLASSES + 1 or _count(row[0]) is None
    return list(row[-NUM_CLASSES:] if is_labelled else row)


def _labelled(rows: Sequence[Sequence[str]]) -> Matrix | None:
    """Return a table with labelled rows and columns, as pandas.crosstab writes it; else None.

    Classes that were never predicted have no column in it.
    """
    if not rows or len(rows) > NUM_CLASSES + 4:
        return None
    body = [row for row in rows[1:] if _count(row[0]) is not None]
    columns = _column_labels(rows[0], len(body[0]) if body else 0)
    indices = [_count(row[0]) for row in body]
    is_square = len(columns) == NUM_CLASSES and len(rows) >= NUM_CLASSES + 1
    if is_square or not columns or not {*columns, *indices} <= set(range(NUM_CLASSES)):
        return None
    is_repeated = len(set(columns)) < len(columns) or len(set(indices)) < len(indices)
    if is_repeated or not all(len(row) >= 1 + len(columns) for row in body):
        return None
    matrix = [[0] * NUM_CLASSES for _ in range(NUM_CLASSES)]
    for index, row in zip(indices, body, strict=True):
        for column, cell in zip(columns, row[1:], strict=False):
            count = _count(cell)
            if count is None or index is None:
                return None
            matrix[index][column] = count
    return matrix


def _column_labels(header: Sequence[str], width: int) -> list[int]:
    """Return the classes that a header names, for rows of `width` cells with their label."""
    names = [cell for cell in header if cell.lower() not in MARGIN_NAMES]
    if len(names) < width - 1:
        return []
    labels = [_count(cell) for cell in names[len(names) - (width - 1) :]]
    return [label for label in labels if label is not None]


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
    mine, theirs = sum(map(sum, matrix)), sum(map(sum, counts))
    common = 0
    for row, other_row in zip(matrix, counts, strict=True):
        common += sum(map(min, row, other_row))
    return common / max(1, theirs if part else max(mine, theirs))


def share_of_counts(matrix: Sequence[Sequence[int]]) -> Fraction:
    """Return the accuracy of a confusion matrix."""
    return Fraction(sum(row[k] for k, row in enumerate(matrix)), max(1, sum(map(sum, matrix))))


def transposed(matrix: Sequence[Sequence[int]]) -> Matrix:
    """Return the transpose."""
    return [list(column) for column in zip(*matrix, strict=True)]
