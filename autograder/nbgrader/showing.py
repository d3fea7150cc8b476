"""What the marker sees in formgrader beside the student's notebook: text files that were graded, lost criteria."""

from __future__ import annotations

import hashlib

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Notebook
from nbgrader.preprocessors import OverwriteCells

from autograder.intake.reading import MADE_FROM
from autograder.model import Submission

SHOWN = (".py", ".md", ".yml", ".txt")  # text that a person reads


def show_files(nb: NotebookNode, submission: Submission) -> None:
    """Append the text files of a submission, less the notebook itself and what it was made of."""
    for name, content in submission.files.items():
        is_there = nb.metadata.get(MADE_FROM) == hashlib.sha256(content).hexdigest()
        if name.endswith(SHOWN) and not is_there:
            _append(nb, new_markdown_cell(f"### `{name}`"))
            _append(nb, new_code_cell(content.decode("utf-8", "replace")))  # a code cell renders nothing


def show_missing_criteria(nb: NotebookNode, notebook: Notebook) -> None:
    """Append the criteria whose cells the student deleted: without a cell nobody could mark them in formgrader.

    nbgrader's own add_missing_cells fails on a notebook with a cell that was copied, or is not of the release.
    """
    there = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nb.cells}
    sources = {cell.name: cell for cell in notebook.source_cells}
    for task in notebook.task_cells:
        if task.name not in there:
            cell = OverwriteCells().missing_cell_transform(sources[task.name], task.max_score, is_task=True)
            _append(nb, NotebookNode(cell, id=task.name))


def _append(nb: NotebookNode, cell: NotebookNode) -> None:
    if (nb.nbformat, nb.nbformat_minor) < (4, 5):  # where cells have no ids yet
        del cell["id"]
    nb.cells.append(cell)
