"""Programs as they come from Colab, Kaggle, Windows and GPU machines, run in workers. Scenarios lie
in field/.

A scenario is a .yml file whose `code` is run as a .py file, as a notebook of one cell, and as one
with a cell for each statement (not with `one_cell: true`): what each expression `gives`, what was
`raised` in which line, and which `remarks` were made must be the same in each of them.
"""

from __future__ import annotations

import ast
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.checks.submission import Submission
from autograder.errors import StudentError, TimeLimit
from autograder.model import Limits
from autograder.sandbox.execution.magics import without_magics
from autograder.sandbox.launch import Zygote
from autograder.sandbox.protocol import Answer, Request
from autograder.sandbox.worker import Worker
from tests.cases.notebooks.probes import value_of
from tests.support.places import CASES

FOLDER = CASES / "field"
FILES = sorted(FOLDER.glob("*.yml"))
# For all statements, where a scenario says nothing else; a busy machine takes its time
SECONDS = 60.0
MIB = 1 << 20
LIMITS = Limits(cpu=60, memory=1024 * MIB, disk=8 * MIB, answer=MIB, output=4096, open_files=64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a program."""

    gives: Mapping[str, Any]
    raised: list[str]
    remarks: list[str]
    stops: bool


def notebook_of(*cells: str) -> bytes:
    """Return a notebook of these code cells."""
    made = [{"cell_type": "code", "metadata": {}, "source": cell} for cell in cells]
    return json.dumps({"nbformat": 4, "cells": made}).encode()


def statements_of(code: str) -> list[str]:
    """Return each top-level statement as a cell that begins at the line where it stands."""
    lines = code.splitlines(keepends=True)
    ends = [node.end_lineno or 0 for node in ast.parse(without_magics(code)).body]
    return [
        "".join(lines[start:end])
        for start, end in zip([0, *ends], ends, strict=False)
        if start < end
    ]


def outcome_of(
    zygote: Zygote, file: str, content: bytes, said: Mapping[str, Any], firsts: list[int]
) -> Outcome:
    """Run a program in a worker; lines are told as they are in the .py file."""
    worker = Worker(zygote, LIMITS, seed=1)
    numbers = itertools.count()

    def ask(request: Request) -> Answer:
        seeded = replace(request, seed=next(numbers))
        return worker.ask(seeded, 2 * SECONDS, TimeLimit.IMPORT)

    student = Submission(ask)
    try:
        errors = student.load("homework", file, content, said.get("seconds", SECONDS))
        return Outcome(
            gives={given: student.run(value_of, given) for given in said["gives"]},
            raised=[told(error, firsts) for error in errors],
            remarks=sorted(student.remarks),
            stops=bool(student.stops),
        )
    finally:
        worker.close()


def told(error: StudentError, firsts: list[int]) -> str:
    """Return the line of the file in which a statement ended, and its error."""
    where = error.where[-1]
    return f"{where.line + (firsts[where.cell] if where.cell else 0)}: {error.subject}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_program_gives_the_same_as_a_file_and_as_a_notebook(zygote: Zygote, path: Path) -> None:
    """What can be had of a program is there, and what was raised is told, in each form of it."""
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    code = said["code"]
    hangs = said.get("hangs", False)
    expected = Outcome(
        gives=said["gives"],
        raised=said.get("raised", []),
        remarks=said.get("remarks", []),
        stops=hangs,
    )
    ways = {
        "a file": ("homework.py", code.encode(), [0]),
        "one cell": ("homework.ipynb", notebook_of(code), [0, 0]),
    }
    if not said.get("one_cell", False):
        cells = statements_of(code)
        starts = [
            0,
            *(sum(cell.count("\n") for cell in cells[:index]) for index in range(len(cells))),
        ]
        ways["many cells"] = ("homework.ipynb", notebook_of(*cells), starts)
    for way, (file, content, firsts) in ways.items():
        found = outcome_of(zygote, file, content, said, firsts)
        if hangs:  # how many of them were begun is a matter of the machine
            assert (way, found.gives, found.stops) == (way, expected.gives, True)
        else:
            assert (way, found) == (way, expected)
