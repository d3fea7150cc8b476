"""Leaks: lines of a solution, of hidden graders, and numbers that only these know, searched for in
a release.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.model import Assignment
from autograder.release.source import Source

LEAST = 24  # characters of a line that says something: `return x` stands everywhere
NUMBER = re.compile(r"(?<![\w.])\d[\d_]*\.?\d*(?:e-?\d+)?(?![\w.])")
BLOCK = ("|", ">")  # an answer of several lines begins so
PASSAGE = 5  # lines in a row that a public check may not share with a hidden one
DIGITS = 6  # significant digits of a number that is nobody's by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A piece of text that may not be released."""

    text: str
    where: str  # it comes from
    whole_line: bool = False  # only a line that is nothing else counts


def leaks(files: Mapping[str, bytes], source: Source | None, assignment: Assignment) -> list[str]:
    """Where hidden text stands in what is released, one line each; empty: nowhere."""
    hidden = set(_hidden(source, assignment))
    # sentences for students may be shared
    code = [path for path in _graders(assignment) if path.suffix == ".py"]
    passages = {
        passage: path.name for path in code for passage in _passages(path.read_text("utf-8"))
    }
    found = set()
    for name, content in files.items():
        for text in _texts(name, content):
            lines = {line.strip() for line in text.split("\n")}
            found |= {
                f"{name}: {secret.where}: {secret.text!r}"
                for secret in hidden
                if secret.text in (lines if secret.whole_line else text)
            }
            for passage in passages.keys() & _passages(text):
                where = f"a passage of a hidden grader, {passages[passage]}"
                found.add(f"{name}: {where}: {passage[0]!r} and what follows")
    return sorted(found)


def _graders(assignment: Assignment) -> list[Path]:
    return sorted(path for path in assignment.graders.glob("*") if path.suffix in (".py", ".yml"))


def _passages(text: str) -> set[tuple[str, ...]]:
    """Every run of so many lines that say something."""
    lines = [line.strip() for line in text.split("\n")]
    lines = [line for line in lines if line and not line.startswith(("from ", "import "))]
    return {tuple(lines[n : n + PASSAGE]) for n in range(len(lines) - PASSAGE + 1)}


def _hidden(source: Source | None, assignment: Assignment) -> Iterator[Secret]:
    """Lines and numbers that may not be released; a line that is released on purpose elsewhere is
    none of them.
    """
    public = _public(assignment)
    told = "\n".join(public)
    if source is None:
        yield from _answers(assignment)
    else:
        inside = {n for region in source.regions for n in range(region.first, region.last + 1)}
        public |= {line.strip() for n, line in enumerate(source.lines, start=1) if n not in inside}
        for number in sorted(inside):
            line = source.lines[number - 1].strip()
            if len(line) >= LEAST and line not in public:
                yield Secret(text=line, where=f"a line of the solution, {source.file}:{number}")
    for path in _graders(assignment):
        for number, text in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            line = text.strip()
            where = f"of a hidden grader, {path.name}:{number}"
            if (
                len(line) >= LEAST
                and line not in public
                and not line.startswith(("from ", "import "))
            ):
                yield Secret(text=line, where=f"a line {where}", whole_line=True)
            for value in NUMBER.findall(text):
                if len(re.sub(r"\D|^0+|e.*", "", value)) >= DIGITS and value not in told:
                    yield Secret(text=value, where=f"a number {where}")


def _answers(assignment: Assignment) -> Iterator[Secret]:
    """The filled-in lines of a solution that is no code."""
    name = assignment.files[0].name
    blank = (assignment.root / name).read_text(encoding="utf-8")
    for number, text in enumerate(
        (assignment.solution / name).read_text(encoding="utf-8").split("\n"), start=1
    ):
        line = text.strip()
        if line.partition(":")[2].strip() not in ("", *BLOCK) and line not in blank:
            yield Secret(text=line, where=f"an answer, {name}:{number}")


def _public(assignment: Assignment) -> set[str]:
    """The lines of the public checks, which hidden ones may share one by one."""
    files = [path for path in assignment.public.glob("*") if path.is_file()]
    return {line.strip() for file in files for line in file.read_text("utf-8").split("\n")}


def _texts(name: str, content: bytes) -> Iterator[str]:
    """All text of a file; of a notebook also each string of cells, outputs and metadata as a reader
    sees it.
    """
    text = content.decode("utf-8", "replace")
    yield text
    if name.endswith((".ipynb", ".json")):
        yield from _strings(json.loads(text))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (s for pair in value.items() for part in pair for s in _strings(part))
    elif isinstance(value, Iterable):
        parts = list(value)
        if parts and all(isinstance(part, str) for part in parts):
            yield "".join(parts)  # a cell's source, line by line
        yield from (s for part in parts for s in _strings(part))
