"""`%check` in a released notebook, run by a real kernel from the released folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.config.course import load_course
from autograder.release.source import read_source
from tests.support.places import REPOSITORY

ID = "residual_block"
BEFORE = """\
import torch, random, builtins, sys
import rich.style  # importing it draws a random number
torch.manual_seed(7); random.seed(7)
torch.set_default_dtype(torch.float64)
kept = torch.get_rng_state(), random.getstate(), builtins.input, torch.hub.load, id(torch)
"""
AFTER = """\
own = sys.modules["torch"]
now = torch.get_rng_state(), random.getstate(), builtins.input, torch.hub.load, id(own)
assert torch.equal(kept[0], now[0]) and kept[1:] == now[1:]
assert torch.get_default_dtype() is torch.float64
assert "residual_block" not in sys.modules
"""
CHANGED = "def count_parameters(model):\n    return 0\n"


def solve(notebook: NotebookNode) -> None:
    """Put the solution into the cells that wait for it."""
    source = read_source(load_course(REPOSITORY).assignment(ID))
    solved = {cell.name: cell.text for cell in source.cells if cell.lang in (None, "es")}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.id in solved:
            cell.source = solved[cell.id]


def run(notebook: NotebookNode, folder: Path, **options: Any) -> None:
    """Run a notebook with a kernel of its own, in the folder in which it lies."""
    NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}, **options).execute()


def shown_by(cell: NotebookNode) -> tuple[str, str]:
    """Return the HTML and the text that a cell shows."""
    (output,) = cell.outputs
    return output.data["text/html"], output.data["text/plain"]


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a student's copy of the released folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    return Path(shutil.copytree(REPOSITORY / "release" / ID, tmp_path / ID))


def test_the_last_cell_of_a_solved_notebook_shows_that_all_passes(released: Path) -> None:
    """The result is HTML and text; the kernel is as it was before, and its own torch is used."""
    file = released / f"{ID}.ipynb"
    notebook = nbformat.read(file, as_version=4)
    solve(notebook)
    nbformat.write(notebook, file)
    check = notebook.cells[-1]
    demonstration = next(c for c in notebook.cells if "__main__" in c.source)
    notebook.cells.remove(demonstration)
    again = new_code_cell(check.source)
    notebook.cells[-1:] = [new_code_cell(BEFORE), check, again, new_code_cell(AFTER)]
    run(notebook, released)
    html, text = shown_by(check)
    assert "10 de 10" in shown_by(again)[0]
    assert "10 de 10 comprobaciones públicas pasan" in text
    assert "Se ha comprobado residual_block.ipynb, guardado a las" in text
    assert html.count('<details class="ag-passed">') == 3
    assert "Lo último que ejecutaste" not in html


def test_the_untouched_notebook_shows_what_is_to_be_written(released: Path) -> None:
    """Each cause stands once with its cell, and what ran without being saved is named."""
    notebook = nbformat.read(released / f"{ID}.ipynb", as_version=4)
    check = notebook.cells[-1]
    notebook.cells.insert(-1, new_code_cell(CHANGED))
    run(notebook, released, allow_errors=True)
    html, text = shown_by(check)
    assert "2 de 10 comprobaciones públicas pasan" in text
    assert html.count("(residual_block.ipynb, celda 2, línea 6)") == 1
    assert "Lo último que ejecutaste de count_parameters no es lo que está guardado" in html
