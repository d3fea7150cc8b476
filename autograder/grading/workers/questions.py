"""The questions that checks ask student code, in words, for who replays a result.

Names in a list and the keys of a mapping are sorted: a check may take them from a set, whose order
is another in every process.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import torch

from autograder.sandbox.protocol import NOT_GIVEN, Answer, LoadRequest, Request

MAX_NUMBERS = 12  # of a tensor that are written
MAX_ITEMS = 12  # of a list or a mapping
MAX_DEPTH = 4  # of lists in lists
MAX_CHARS = 300  # of a text
CUT = "…"


class QuestionLog:
    """A file of questions and answers, a line of JSON each; it changes no result."""

    def __init__(self, folder: Path, submission_digest: str) -> None:
        """Name the file by the hand-in: a reference is asked the same questions."""
        self._path = question_file(folder, submission_digest)

    def note(self, check: str, number: int, request: Request, answer: Answer | None) -> None:
        """Append a question; `answer` is None where no answer came, such as at a time limit."""
        line = {
            "check": check,
            "number": number,
            "asks": request_words(request),
            "answer": answer_words(answer),
        }
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        with os.fdopen(os.open(self._path, flags, 0o600), "a", encoding="utf-8") as file:
            file.write(f"{json.dumps(line)}\n")


def question_file(folder: Path, submission_digest: str) -> Path:
    """Return the file of the questions to a hand-in."""
    return folder / f"{submission_digest}.jsonl"


def request_words(request: Request) -> str:
    """Return a request as a line of Python would read."""
    if isinstance(request, LoadRequest):
        return f"import {request.file}"
    arguments = [value_words(each) for each in request.args]
    arguments += [f"{name}={value_words(each)}" for name, each in sorted(request.kwargs.items())]
    return f"{request.name}({', '.join(arguments)})"


def answer_words(answer: Answer | None) -> str:
    """Return what was answered; it is a claim of the worker."""
    if answer is None:
        return "no answer"
    if answer.value is NOT_GIVEN:
        return f"error: {value_words(answer.error)}"
    return value_words(answer.value)


def value_words(value: object, depth: int = 0) -> str:
    """Return a value in short: of a tensor its type, its shape and the first numbers."""
    if isinstance(value, torch.Tensor):
        numbers = [f"{number:.6g}" for number in _first_numbers(value)]
        more = [CUT] if value.numel() > MAX_NUMBERS else []
        kind = str(value.dtype).removeprefix("torch.")
        return f"tensor {kind} {list(value.shape)}: {', '.join([*numbers, *more])}"
    if isinstance(value, bytes):
        return f"{len(value)} bytes, sha256 {hashlib.sha256(value).hexdigest()[:16]}"
    if isinstance(value, Mapping):
        pairs = (
            f"{value_words(key, depth + 1)}: {value_words(each, depth + 1)}"
            for key, each in _first_pairs(value, depth)
        )
        return f"{{{_joined(pairs, len(value), depth)}}}"
    if isinstance(value, list | tuple):
        items = (value_words(each, depth + 1) for each in _first(_with_sorted_names(value), depth))
        return f"[{_joined(items, len(value), depth)}]"
    text = repr(value)
    return text if len(text) <= MAX_CHARS else text[:MAX_CHARS] + CUT


def _first_numbers(tensor: torch.Tensor) -> list[complex | float]:
    numbers: list[complex | float] = tensor.detach().flatten()[:MAX_NUMBERS].tolist()
    return numbers


def _first(items: Iterable[object], depth: int) -> list[object]:
    """Return the items that are written: none of what lies too deep."""
    return list(items)[:MAX_ITEMS] if depth < MAX_DEPTH else []


def _with_sorted_names(values: Sequence[object]) -> Sequence[object]:
    """Return a list of names, perhaps with numbers among them, in order; any other as it is."""
    has_names = any(isinstance(each, str) for each in values)
    if not has_names or not all(isinstance(each, str | int) for each in values):
        return values
    return sorted(values, key=lambda each: (isinstance(each, str), str(each)))


def _first_pairs(mapping: Mapping[object, object], depth: int) -> list[tuple[object, object]]:
    ordered = sorted(mapping.items(), key=lambda pair: repr(pair[0]))
    return ordered[:MAX_ITEMS] if depth < MAX_DEPTH else []


def _joined(items: Iterable[str], total: int, depth: int) -> str:
    shown = list(items)
    more = [CUT] if total > len(shown) or depth >= MAX_DEPTH else []
    return ", ".join([*shown, *more])
