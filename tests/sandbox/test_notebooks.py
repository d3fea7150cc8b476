"""Notebooks as students hand them in, loaded in a worker: the scenarios of notebooks/.

A scenario is a notebook whose first cell, or a .yml file whose text, says what must come out: what
each expression `gives`, and what was `raised` where. In a .yml file a cell is its code, or
`{markdown: text}`, or `{raw: text}`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.checks.submission import Submission
from autograder.config.course import load_course
from autograder.errors import StudentError, TimeLimit
from autograder.grading.workers.worker_session import WorkerSession
from autograder.grading.workers.worker_source import workers_of
from autograder.model import Run, SubmittedFiles
from autograder.sandbox.launch import Zygote
from autograder.sandbox.worker import Worker
from tests.cases.notebooks.probes import value_of
from tests.support.command_line import TINY
from tests.support.places import CASES
from tests.support.student_cases import LIMITS

FOLDER = CASES / "notebooks"
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
    """Return the scenario that a file describes."""
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
    """Return a cell of a .yml file as a notebook keeps it."""
    kind, source = next(iter(cell.items())) if isinstance(cell, dict) else ("code", cell)
    return {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}


def told(error: StudentError) -> str:
    """Where a cell ended, and how."""
    where = error.where[-1]
    return f"cell {where.cell} line {where.line}: {error.subject}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_notebook_gives_what_its_scenario_says(zygote: Zygote, path: Path) -> None:
    """Every possible definition is there, and every exception is reported with its line."""
    scenario = scenario_of(path)
    worker = Worker(zygote, LIMITS, seed=1)
    student = Submission(lambda request: worker.ask(request, SECONDS, TimeLimit.IMPORT))
    try:
        errors = student.load("homework", "homework.ipynb", scenario.content, scenario.seconds)
        assert [told(error) for error in errors] == scenario.raised
        assert {given: student.run(value_of, given) for given in scenario.gives} == scenario.gives
    finally:
        worker.close()


TRAINS = """import time
def double(x):
    return 2 * x
for epoch in range(10 ** 9):
    time.sleep(0.01)
"""


@pytest.fixture
def training(zygote: Zygote) -> Iterator[WorkerSession]:
    """Return the session of a notebook that trains for ever between two definitions."""
    cells = [cell_of(TRAINS), cell_of("def total(x):\n    return x.sum().item()")]
    files = {"tensors.ipynb": json.dumps({"nbformat": 4, "cells": cells}).encode()}
    assignment = load_course(TINY).assignment("tensors")
    hasty = replace(assignment, limits=replace(assignment.limits, wall_import=1.0))
    submission = SubmittedFiles(student="ana", assignment="tensors", files=files, digest="")
    session = WorkerSession(hasty, submission, workers_of(zygote), Run())
    yield session
    session.close()


def test_a_cell_that_trains_is_stopped_in_the_first_worker_only(training: WorkerSession) -> None:
    """Later workers skip the statement that was stopped, and have all definitions."""
    training.try_import()
    assert [told(error) for error in training.broken_cells] == ["cell 1 line 5: import"]
    live = training.begin("test_double", "code.total")  # another criterion: a fresh worker
    assert live.call("double", 4) == 8
    assert training.broken_cells == []
