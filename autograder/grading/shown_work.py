"""What pages show of a hand-in, made from its bytes: its texts and its training curves."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autograder.model import Assignment, HandedCurves, HandedText
from autograder.sandbox.cells import NotebookError, raw_cells
from autograder.sandbox.encoding import readable_code

MAX_TEXT_CHARS = 60_000  # of one file; a result file holds it
MAX_CELLS = 200  # of one notebook
TEXT_SUFFIXES = (".md", ".txt")  # of what is written for people
MAX_HISTORY_BYTES = 256 << 10
MAX_EPOCHS = 500  # of one curve
MAX_LOSS = 1e6  # a larger one is no figure that a picture can show
MIN_PERCENT = 1.5  # no share is larger: an accuracy above is in percent
# By field of HandedCurves: the keys under which trainings record it.
CURVE_KEYS: Mapping[str, tuple[str, ...]] = {
    "train_loss": ("train_loss", "loss"),
    "val_loss": ("val_loss",),
    "train_accuracy": ("train_acc", "train_accuracy", "accuracy"),
    "val_accuracy": ("val_acc", "val_accuracy"),
}


def texts_of(assignment: Assignment, files: Mapping[str, bytes]) -> tuple[HandedText, ...]:
    """Return the code and the written documents of a hand-in, the code first."""
    texts: list[HandedText] = []
    code = [name for name in assignment.source_names if name in files and is_code(name)]
    for name in code:
        texts += _code(name, files[name])
    for name in sorted(files):
        if name.endswith(TEXT_SUFFIXES):
            texts.append(_kept(HandedText(file=name, text=_decoded(files[name]))))
    return tuple(texts)


def is_code(name: str) -> bool:
    """Return whether a file of this name holds code."""
    return name.endswith((".py", ".ipynb"))


def _code(name: str, content: bytes) -> Iterator[HandedText]:
    """Yield a file's code: whole, or cell by cell with the numbers that error messages use."""
    if not name.endswith(".ipynb"):
        yield _kept(HandedText(file=name, text=readable_code(content)))
        return
    try:
        cells = raw_cells(content)
    except NotebookError:
        return
    left = MAX_TEXT_CHARS
    for number, source in enumerate(cells[:MAX_CELLS], start=1):
        if source.strip() and left > 0:
            cell = _kept(HandedText(file=name, cell=number, text=source), left)
            left -= len(cell.text)
            yield cell


def _kept(handed: HandedText, max_chars: int = MAX_TEXT_CHARS) -> HandedText:
    """Return a text, cut where it is longer than pages show."""
    text = handed.text.rstrip()
    return HandedText(
        file=handed.file,
        cell=handed.cell,
        text=text[:max_chars],
        left_out=max(0, len(text) - max_chars),
    )


def _decoded(content: bytes) -> str:
    return content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


def curves_of(files: Mapping[str, bytes]) -> tuple[HandedCurves, ...]:
    """Return the training curves of every JSON file that holds some, by name.

    A file that holds none, or something else, gives none: the checks say what is wrong with it.
    """
    every = []
    for name in sorted(files):
        if name.endswith(".json") and len(files[name]) <= MAX_HISTORY_BYTES:
            curves = _curves(name, files[name])
            if curves is not None:
                every.append(curves)
    return tuple(every)


def _curves(name: str, content: bytes) -> HandedCurves | None:
    try:
        loaded = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if isinstance(loaded, dict) and isinstance(loaded.get("history"), dict):
        loaded = loaded["history"]
    if not isinstance(loaded, dict):
        return None
    lists = {field: _figures(field, loaded, keys) for field, keys in CURVE_KEYS.items()}
    return HandedCurves(file=name, **lists) if any(lists.values()) else None


def _figures(field: str, loaded: Mapping[str, Any], keys: Sequence[str]) -> tuple[float, ...]:
    """Return the figures under the first of `keys` that is there; none where they are no curve."""
    values = next((loaded[key] for key in keys if key in loaded), None)
    if not isinstance(values, list) or not 0 < len(values) <= MAX_EPOCHS:
        return ()
    if not all(type(value) in (int, float) and math.isfinite(value) for value in values):
        return ()
    figures = [float(f"{value:.4g}") for value in values]  # as the result file holds them
    if field.endswith("accuracy"):
        scale = 100 if max(figures) > MIN_PERCENT else 1
        figures = [float(f"{value / scale:.4g}") for value in figures]
        return tuple(figures) if all(0 <= value <= 1 for value in figures) else ()
    return tuple(figures) if all(0 <= value <= MAX_LOSS for value in figures) else ()
