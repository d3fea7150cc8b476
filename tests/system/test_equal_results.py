"""A notebook and a .py file are of equal final grade: the same code gets the same score sheet
either way.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest

from autograder.config.course import load_course
from autograder.verification.cases import whole_source
from tests.support.command_line import REPOSITORY, grade, result

ID = "residual_block"
SOLUTION = REPOSITORY / "solutions" / ID / f"{ID}.py"
ASSIGNMENT = load_course(REPOSITORY).assignment(ID)
MISTAKEN = ASSIGNMENT.root / "wrong" / "bottleneck_narrow_norm.py"
FORMS = (
    "percent.py",
    "plain.py",
    "released.ipynb",
    "pieces.ipynb",
    "bare.ipynb",
    "upside_down.ipynb",
)
HANDED_IN = {"right": FORMS, "mistaken": ("percent.py", "pieces.ipynb")}


def form_of(source: str, form: str) -> str:
    """Return a source in percent format, in a form that a student may hand in."""
    if form == "percent.py":
        return source
    if form == "plain.py":
        return "\n".join(line for line in source.split("\n") if not line.startswith("# %%"))
    notebook: Any = jupytext.reads(
        source, fmt="py:light" if form == "pieces.ipynb" else "py:percent"
    )
    if form in ("bare.ipynb", "upside_down.ipynb"):  # locked cells deleted, metadata lost
        notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for cell in notebook.cells:
            cell.metadata = {}
    if form == "upside_down.ipynb":
        notebook.cells.reverse()
    return str(nbformat.writes(notebook))


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the sheets of a right and of a mistaken answer in every form."""
    folder = tmp_path_factory.mktemp("equal")
    sources = {"right": SOLUTION, "mistaken": MISTAKEN}
    for answer, path in sources.items():
        for form in HANDED_IN[answer]:
            file = (
                folder
                / "in"
                / f"{answer}-{form.replace('.', '-')}"
                / ID
                / f"{ID}{Path(form).suffix}"
            )
            file.parent.mkdir(parents=True)
            file.write_text(form_of(whole_source(path, ASSIGNMENT), form), encoding="utf-8")
    words = ("--assignment", ID, "--allow-sandbox", "C", "--lang", "en")
    ended = grade(folder / "in", folder / "out", *words, course=REPOSITORY)
    assert (ended.returncode, ended.stderr) == (0, "")
    return {
        (answer, form): result(folder / "out", f"{answer}-{form.replace('.', '-')}", ID)
        for answer, forms in HANDED_IN.items()
        for form in forms
    }


def told(sheet: dict[str, Any]) -> list[Any]:
    """Return the content of a sheet, but for the names and lines of files."""
    keys = ("id", "outcome", "credit", "expects")
    checks = [
        [check[key] for key in keys]
        for criterion in sheet["criteria"]
        for check in criterion["checks"]
    ]
    points = [(criterion["id"], criterion["earned_exact"]) for criterion in sheet["criteria"]]
    return [sheet["status"], points, checks, sheet["findings"], sheet["adjustments"]]


@pytest.mark.parametrize(
    ("answer", "form"),
    [(answer, form) for answer, forms in HANDED_IN.items() for form in forms[1:]],
)
def test_the_same_code_gets_the_same_sheet(
    sheets: dict[tuple[str, str], dict[str, Any]], answer: str, form: str
) -> None:
    """However the code is divided into cells, and in whatever order they stand, every check ends
    alike.
    """
    assert told(sheets[answer, form]) == told(sheets[answer, FORMS[0]])


def test_the_mistaken_answer_is_one(sheets: dict[tuple[str, str], dict[str, Any]]) -> None:
    """The right answer earns everything, the mistaken one something."""
    right, mistaken = (sheets[answer, FORMS[0]] for answer in ("right", "mistaken"))
    assert right["earned"] == right["possible"]
    assert 0 < mistaken["earned"] < mistaken["possible"]
