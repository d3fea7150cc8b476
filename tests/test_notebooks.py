"""Notebooks as students hand them in: what becomes of their cells, in a worker. Scenarios lie in notebooks/.

A scenario is a notebook whose first cell, or a .yml file whose text, says what must come out: what each expression
`gives`, and what was `raised` where. In a .yml file a cell is its code, or `{markdown: text}`, or `{raw: text}`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.errors import StudentError
from autograder.live import LiveSubmission
from autograder.sandbox.launch import Zygote
from autograder.sandbox.worker import Worker
from tests.notebooks.probes import value_of
from tests.student_cases import LIMITS

FOLDER = Path(__file__).parent / "notebooks"
FILES = sorted([*FOLDER.glob("*.yml"), *FOLDER.glob("*.ipynb")])
SECONDS = 20.0  # for all cells, where a scenario says nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A notebook, and what must come of it."""

    content: bytes
    gives: dict[str, Any]
    raised: list[str]
    seconds: float


def scenario_of(path: Path) -> Scenario:
    """What a file says."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        notebook = json.loads(text)
        first = (notebook.get("worksheets") or [notebook])[0]["cells"][0]["source"]
        said = yaml.safe_load("".join(first))
    else:
        said = yaml.safe_load(text)
        text = json.dumps({"nbformat": 4, "cells": [cell_of(cell) for cell in said.pop("cells")]})
    return Scenario(content=text.encode(), **{"raised": [], "seconds": SECONDS, **said})


def cell_of(cell: str | dict[str, str]) -> dict[str, Any]:
    """A cell of a .yml file as a notebook keeps it."""
    kind, source = next(iter(cell.items())) if isinstance(cell, dict) else ("code", cell)
    return {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}


def told(error: StudentError) -> str:
    """Where a cell ended, and how."""
    where = error.where[-1]
    return f"cell {where.cell} line {where.line}: {error.kind}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_notebook_gives_what_its_scenario_says(zygote: Zygote, path: Path) -> None:
    """Every definition that can be had is there, and what was raised is told with its cell and line."""
    scenario = scenario_of(path)
    worker = Worker(zygote, LIMITS, seed=1)
    student = LiveSubmission(lambda request: worker.ask(request, SECONDS, "import"))
    try:
        errors = student.load("homework", "homework.ipynb", scenario.content, scenario.seconds)
        assert [told(error) for error in errors] == scenario.raised
        assert {given: student.run(value_of, given) for given in scenario.gives} == scenario.gives
    finally:
        worker.close()
