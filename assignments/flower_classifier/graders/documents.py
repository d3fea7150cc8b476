"""The files that were handed in beside the code, as the judge reads them: histories, confusion matrix, report."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from runs import KEYS

from autograder.testing import fail

CLASSES = 102
PERCENT = 1.5  # no share is larger
MOST_EPOCHS = 10_000
SEPARATORS = str.maketrans(',;\t"', "    ")  # of a table's cells

Matrix = list[list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A history as it was handed in, its accuracies as shares."""

    lists: dict[str, list[float]]  # under KEYS, as long as each other
    test_acc: float | None
    test_top5: float | None

    @property
    def epochs(self) -> int:
        """How many epochs it tells of."""
        return len(self.lists["val_acc"])

    @property
    def best_val_acc(self) -> float:
        """The best validation accuracy."""
        return max(self.lists["val_acc"])

    @property
    def last_train_acc(self) -> float:
        """The training accuracy of the last epoch."""
        return self.lists["train_acc"][-1]


def read_history(name: str, content: bytes) -> History:
    """The history in a JSON file; the check fails with what is wrong with it."""
    try:
        loaded = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        fail("history_unreadable", file=name)
    if not isinstance(loaded, dict):
        fail("history_unreadable", file=name)
    lists = {key: _figures(name, key, loaded.get(key)) for key in KEYS}
    lengths = {len(values) for values in lists.values()}
    if len(lengths) != 1 or not 0 < lengths.pop() <= MOST_EPOCHS:
        fail("history_lengths", file=name, lengths=", ".join(f"{k}: {len(v)}" for k, v in lists.items()))
    accuracies = ("train_acc", "val_acc")
    scale = 100 if max(v for key in accuracies for v in lists[key]) > PERCENT else 1
    for key in accuracies:
        lists[key] = [value / scale for value in lists[key]]
    history = History(
        lists=lists, test_acc=_share(loaded.get("test_acc")), test_top5=_share(loaded.get("test_top5"))
    )
    if not all(0 <= v <= 1 for key in accuracies for v in lists[key]):
        fail("history_accuracies", file=name)
    if not all(v >= 0 for key in ("train_loss", "val_loss", "lr") for v in lists[key]):
        fail("history_negative", file=name)
    return history


def _figures(name: str, key: str, values: Any) -> list[float]:
    """The finite numbers of one list."""
    if not isinstance(values, list):
        fail("history_list_missing", file=name, key=key)
    numbers = [_number(v) for v in values[: MOST_EPOCHS + 1]]
    if None in numbers:
        fail("history_no_numbers", file=name, key=key)
    return [n for n in numbers if n is not None]


def _number(value: Any) -> float | None:
    """A finite number; None for anything else."""
    if type(value) not in (int, float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _share(value: Any) -> float | None:
    """An accuracy as a share, where it is one."""
    number = _number(value)
    if number is None or not 0 <= number <= 100:
        return None
    return number / 100 if number > PERCENT else number


def read_matrix(content: bytes) -> Matrix:
    """The 102 × 102 counts of a CSV file, without header and index; the check fails with what is wrong with it."""
    text = content.decode("utf-8-sig", "replace").translate(SEPARATORS)
    rows = [line.split() for line in text.splitlines() if line.strip()]
    if len(rows) == CLASSES + 1:
        rows = rows[1:]  # a header
    if all(len(row) > CLASSES for row in rows):
        rows = [row[-CLASSES:] if len(row) == CLASSES + 1 or _count(row[0]) is None else row for row in rows]
    widths = {len(row) for row in rows}
    if len(rows) != CLASSES or widths != {CLASSES}:
        fail("matrix_size", rows=len(rows), columns=max(widths, default=0))
    counts = [[_count(cell) for cell in row] for row in rows]
    if any(count is None for row in counts for count in row):
        fail("matrix_no_counts")
    return [[count or 0 for count in row] for row in counts]


def _count(cell: str) -> int | None:
    """A whole number that is not negative, such as 3 or 3.0; None for anything else."""
    try:
        number = float(cell)
    except ValueError:
        return None
    return int(number) if 0 <= number < 1e6 and number == int(number) else None


def overlap(first: Sequence[Sequence[int]], second: Sequence[Sequence[int]]) -> float:
    """The share of the images that two matrices count in the same cell."""
    cells = [(a, b) for one, other in zip(first, second, strict=True) for a, b in zip(one, other, strict=True)]
    return sum(min(pair) for pair in cells) / max(1, sum(a for a, _ in cells), sum(b for _, b in cells))


def transposed(matrix: Sequence[Sequence[int]]) -> Matrix:
    """Rows as columns."""
    return [list(column) for column in zip(*matrix, strict=True)]
