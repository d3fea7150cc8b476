"""Leaks: what a release may not contain, and where it does.

Searched for are lines of the solution and of hidden graders, passages of these graders, and numbers
that only they have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.model import Assignment
from autograder.release.source import SolutionSource

MIN_LINE_CHARS = 24  # a shorter line, such as `return x`, may stand anywhere
PASSAGE_LINES = 5  # in a row, that a public check may not share with a hidden one
MIN_SIGNIFICANT_DIGITS = 6  # a number with fewer may be there by chance
NUMBER = re.compile(r"(?<![\w.])\d[\d_]*\.?\d*(?:e-?\d+)?(?![\w.])")
NO_SIGNIFICANT_DIGIT = re.compile(r"\D|^0+|e.*")
BLOCK_SIGNS = ("|", ">")  # after a key of YAML: its text stands on the lines below
IMPORT_STARTS = ("from ", "import ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A piece of text that may not be released."""

    text: str
    origin: str  # in words, with file and line
    is_whole_line: bool = False  # it counts only where a line consists of it


def leaks(
    files: Mapping[str, bytes], source: SolutionSource | None, assignment: Assignment
) -> list[str]:
    """Return a line for each place where hidden text stands in what is released."""
    secrets = set(_secrets(source, assignment))
    passages = _hidden_passages(assignment)
    found = set()
    for name, content in files.items():
        for text in _texts_of_file(name, content):
            found |= {f"{name}: {secret.origin}: {secret.text!r}" for secret in _in(text, secrets)}
            for passage in passages.keys() & _passages(text):
                origin = f"a passage of a hidden grader, {passages[passage]}"
                found.add(f"{name}: {origin}: {passage[0]!r} and what follows")
    return sorted(found)


def _in(text: str, secrets: Iterable[Secret]) -> Iterator[Secret]:
    """Yield the secrets that a text contains."""
    lines = {line.strip() for line in text.split("\n")}
    for secret in secrets:
        if secret.text in (lines if secret.is_whole_line else text):
            yield secret


def _grader_files(assignment: Assignment) -> list[Path]:
    return sorted(path for path in assignment.graders.glob("*") if path.suffix in (".py", ".yml"))


def _hidden_passages(assignment: Assignment) -> dict[tuple[str, ...], str]:
    """Return the passages of the hidden checks' code, each with its file.

    Sentences for students, in YAML files, may be shared.
    """
    passages = {}
    for path in _grader_files(assignment):
        if path.suffix == ".py":
            texts = _passages(path.read_text("utf-8"))
            passages.update(dict.fromkeys(texts, path.name))
    return passages


def _passages(text: str) -> set[tuple[str, ...]]:
    """Return every run of so many lines; blank lines and imports do not count."""
    lines = [line.strip() for line in text.split("\n")]
    lines = [line for line in lines if line and not line.startswith(IMPORT_STARTS)]
    starts = range(len(lines) - PASSAGE_LINES + 1)
    return {tuple(lines[start : start + PASSAGE_LINES]) for start in starts}


def _secrets(source: SolutionSource | None, assignment: Assignment) -> Iterator[Secret]:
    """Yield what may not be released; what is released on purpose elsewhere is no secret."""
    check_lines = _public_check_lines(assignment)
    released = set(check_lines)
    if source is None:
        yield from _answers(assignment)
    else:
        inside = _lines_inside_regions(source)
        released |= {
            line.strip() for n, line in enumerate(source.lines, start=1) if n not in inside
        }
        yield from _solution_lines(source, inside, released)
    for path in _grader_files(assignment):
        for number, text in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            origin = f"of a hidden grader, {path.name}:{number}"
            line = text.strip()
            if _is_secret_line(line, released) and not line.startswith(IMPORT_STARTS):
                yield Secret(text=line, origin=f"a line {origin}", is_whole_line=True)
            for value in _long_numbers(text):
                if not any(value in public for public in check_lines):
                    yield Secret(text=value, origin=f"a number {origin}")


def _lines_inside_regions(source: SolutionSource) -> set[int]:
    """Return the numbers of the lines that only the solution has."""
    return {n for region in source.regions for n in range(region.first, region.last + 1)}


def _solution_lines(
    source: SolutionSource, inside: set[int], released: set[str]
) -> Iterator[Secret]:
    """Yield the lines of the solution that may not be released."""
    for number in sorted(inside):
        line = source.lines[number - 1].strip()
        if _is_secret_line(line, released):
            yield Secret(text=line, origin=f"a line of the solution, {source.file}:{number}")


def _is_secret_line(line: str, released: set[str]) -> bool:
    """Return whether a line is long enough to tell something and is released nowhere."""
    return len(line) >= MIN_LINE_CHARS and line not in released


def _long_numbers(text: str) -> Iterator[str]:
    """Yield the numbers of a text that have many significant digits."""
    for value in NUMBER.findall(text):
        if len(NO_SIGNIFICANT_DIGIT.sub("", value)) >= MIN_SIGNIFICANT_DIGITS:
            yield value


def _answers(assignment: Assignment) -> Iterator[Secret]:
    """Yield the filled-in lines of a solution that is no code."""
    name = assignment.files[0].name
    blank = (assignment.root / name).read_text(encoding="utf-8")
    solution = (assignment.solution / name).read_text(encoding="utf-8")
    for number, text in enumerate(solution.split("\n"), start=1):
        line = text.strip()
        answer = line.partition(":")[2].strip()
        if answer and answer not in BLOCK_SIGNS and line not in blank:
            yield Secret(text=line, origin=f"an answer, {name}:{number}")


def _public_check_lines(assignment: Assignment) -> set[str]:
    """Return the lines of the public checks, which hidden ones may share one by one."""
    files = [path for path in assignment.public.glob("*") if path.is_file()]
    return {line.strip() for file in files for line in file.read_text("utf-8").split("\n")}


def _texts_of_file(name: str, content: bytes) -> Iterator[str]:
    """Yield the text of a file; of a notebook also each string of cells, outputs and metadata."""
    text = content.decode("utf-8", "replace")
    yield text
    if name.endswith((".ipynb", ".json")):
        yield from _strings(json.loads(text))


def _strings(value: object) -> Iterator[str]:
    """Yield every string of a JSON value; the lines of a cell also as one text."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _strings(key)
            yield from _strings(entry)
    elif isinstance(value, Iterable):
        parts = list(value)
        if parts and all(isinstance(part, str) for part in parts):
            yield "".join(parts)
        for part in parts:
            yield from _strings(part)
