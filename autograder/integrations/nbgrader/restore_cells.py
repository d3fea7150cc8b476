"""`RestoreCells`, in the place of nbgrader's DeduplicateIds: undoes what students did to cells of
the release.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook, Notebook
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.release.notebook import NBGRADER_SCHEMA


class RestoreCells(NbGraderPreprocessor):
    """Gives each cell of the release its metadata back, takes it from all others, and adds deleted
    criteria.

    nbgrader alone gives up a whole class for one copied cell, or one that says it is of another
    version.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Restore the cells; OverwriteCells, which comes after, restores their text."""
        told = resources["nbgrader"]
        with Gradebook(told["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(told["notebook"], told["assignment"])
            missing = dict(_metadata(notebook))
            criteria = [cell.name for cell in notebook.task_cells]
        for cell in reversed(nb.cells):  # of copies the last one counts
            own = cell.metadata.pop("nbgrader", None)
            name = own.get("grade_id") if isinstance(own, dict) else None
            if isinstance(name, str) and name in missing:
                cell.metadata["nbgrader"] = missing.pop(name)
        for name in criteria:  # without a cell nobody could mark them in formgrader
            if name in missing:
                nb.cells.append(_cell(name, missing[name], nb))
        return nb, resources


def _metadata(notebook: Notebook) -> Iterator[tuple[str, NotebookNode]]:
    """The metadata that nbgrader released, by the names of cells."""
    points = {cell.name: cell.max_score for cell in (*notebook.grade_cells, *notebook.task_cells)}
    tasks, solutions = (
        {cell.name for cell in cells} for cells in (notebook.task_cells, notebook.solution_cells)
    )
    for cell in notebook.source_cells:
        kinds = {
            "grade": cell.name in points and cell.name not in tasks,
            "solution": cell.name in solutions,
            "task": cell.name in tasks,
            "locked": cell.locked,
        }
        worth = {"points": points[cell.name]} if cell.name in points else {}
        told = {"schema_version": NBGRADER_SCHEMA, "grade_id": cell.name, "checksum": cell.checksum}
        yield cell.name, NotebookNode(**told, **kinds, **worth)


def _cell(name: str, metadata: NotebookNode, nb: NotebookNode) -> NotebookNode:
    cell = new_markdown_cell(id=name, metadata={"nbgrader": metadata})
    if (nb.nbformat, nb.nbformat_minor) < (4, 5):  # where cells have no ids yet
        del cell["id"]
    return cell
