"""The submitted files beside the code: histories and the accuracies that they claim."""

from __future__ import annotations

import codecs
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training_run import HISTORY_KEYS

from autograder.checks import fail

MAX_SHARE_FIGURE = 1.5  # no share is larger
MAX_EPOCHS = 10_000
ACCURACY_KEYS = ("train_acc", "val_acc")
VALIDATION_KEYS = ("val_loss", "val_acc")  # some validate once before they train
NESTED_HISTORY_KEY = "history"  # the key under which some keep the lists, beside what the test gave
BYTE_ORDER_MARKS = (  # marks at the beginning of a text that say how it is encoded
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A history as it was handed in, its accuracies as shares."""

    lists: dict[str, list[float]]  # under HISTORY_KEYS, as long as each other
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The accuracies that a history claims, whatever else is wrong with it."""

    test_acc: float | None = None
    last_train_acc: float | None = None
    best_val_acc: float | None = None


def read_text(content: bytes) -> str:
    """Decode a text: by its byte order mark, else as UTF-8, else byte by byte."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def read_history(name: str, content: bytes) -> History:
    """Return the history in a JSON file; the check fails with what is wrong with it."""
    loaded = _load(name, content)
    lists = {key: _figures(name, key, loaded.get(key)) for key in HISTORY_KEYS}
    if {len(lists[key]) for key in VALIDATION_KEYS} == {len(lists["train_acc"]) + 1}:
        for key in VALIDATION_KEYS:
            del lists[key][0]  # it was measured before the first epoch
    lengths = {len(values) for values in lists.values()}
    if len(lengths) != 1 or not 0 < lengths.pop() <= MAX_EPOCHS:
        shown = ", ".join(f"{key}: {len(values)}" for key, values in lists.items())
        fail("history_lengths", file=name, lengths=shown)
    lists |= _as_shares({key: lists[key] for key in ACCURACY_KEYS})
    history = History(
        lists=lists,
        test_acc=_share(loaded.get("test_acc")),
        test_top5=_share(loaded.get("test_top5")),
    )
    if not all(0 <= v <= 1 for key in ACCURACY_KEYS for v in lists[key]):
        fail("history_accuracies", file=name)
    if not all(v >= 0 for key in ("train_loss", "val_loss", "lr") for v in lists[key]):
        fail("history_negative", file=name)
    return history


def read_claims(name: str, content: bytes) -> Claims:
    """Return what a history claims; the check fails only where the file cannot be read at all."""
    loaded = _load(name, content)
    raw: dict[str, list[float]] = {}
    for key in ACCURACY_KEYS:
        numbers = map(number_of, _entries(loaded.get(key)))
        raw[key] = [number for number in numbers if number is not None][:MAX_EPOCHS]
    shares = _as_shares(raw)
    train = [share for share in shares["train_acc"] if 0 <= share <= 1]
    val = [share for share in shares["val_acc"] if 0 <= share <= 1]
    return Claims(
        test_acc=_share(loaded.get("test_acc")),
        last_train_acc=train[-1] if train else None,
        best_val_acc=max(val, default=None),
    )


def _load(name: str, content: bytes) -> dict[str, Any]:
    """Return the lists of a history by key, for each usual way of writing it as JSON."""
    text = read_text(content)
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        loaded = _json_lines(text)
    if (
        isinstance(loaded, dict)
        and not set(HISTORY_KEYS) & set(loaded)
        and isinstance(loaded.get(NESTED_HISTORY_KEY), (dict, list))
    ):
        inner = loaded.pop(NESTED_HISTORY_KEY)
        loaded = {**loaded, **(_of_records(inner) if isinstance(inner, list) else inner)}
    if isinstance(loaded, list):
        loaded = _of_records(loaded)
    if not isinstance(loaded, dict):
        fail("history_unreadable", file=name)
    return loaded


def _json_lines(text: str) -> list[Any] | None:
    """Return the records of a text with a JSON object per line; None for another text."""
    try:
        return [json.loads(line) for line in text.splitlines()[:MAX_EPOCHS] if line.strip()] or None
    except (ValueError, RecursionError):
        return None


def _of_records(records: Sequence[Any]) -> dict[str, Any] | None:
    """Return a list of one dict per epoch as a dict of lists.

    Single figures, such as test_acc, stay by themselves.
    """
    if not records or not all(isinstance(record, dict) for record in records):
        return None
    lists: dict[str, list[Any]] = {key: [] for key in HISTORY_KEYS}
    single: dict[str, Any] = {}
    for record in records:
        for key, value in record.items():
            if key in lists:
                lists[key].append(value)
            else:
                single[key] = value
    return {**single, **lists}


def _entries(values: Any) -> list[Any]:
    """Return the entries of a list, or of a column as pandas writes it (by number of the row)."""
    if isinstance(values, Mapping) and all(str(key).isdecimal() for key in values):
        return list(values.values())
    return values if isinstance(values, list) else []


def _figures(name: str, key: str, values: Any) -> list[float]:
    """Return the finite numbers of one list."""
    entries = _entries(values)
    if not entries and not isinstance(values, list):
        fail("history_list_missing", file=name, key=key)
    numbers = [number_of(v) for v in entries[: MAX_EPOCHS + 1]]
    if None in numbers:
        fail("history_no_numbers", file=name, key=key, epoch=numbers.index(None) + 1)
    return [n for n in numbers if n is not None]


def number_of(value: Any) -> float | None:
    """Return a finite number, also one in a text or alone in a list; None for anything else."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        value = value.strip().removesuffix("%").strip()[:40].replace(",", ".")
    elif type(value) not in (int, float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _as_shares(lists: dict[str, list[float]]) -> dict[str, list[float]]:
    """Return accuracies as shares; where one is in percent, all are."""
    largest = max((max(values, default=0.0) for values in lists.values()), default=0.0)
    scale = 100 if largest > MAX_SHARE_FIGURE else 1
    return {key: [value / scale for value in values] for key, values in lists.items()}


def _share(value: Any) -> float | None:
    """Return an accuracy as a share; None where it is none."""
    number = number_of(value)
    if number is None or not 0 <= number <= 100:
        return None
    is_percent = number > MAX_SHARE_FIGURE or (
        isinstance(value, str) and value.strip().endswith("%")
    )
    return number / 100 if is_percent else number
