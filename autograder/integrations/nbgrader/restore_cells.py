"""`RestoreCells`, instead of nbgrader's DeduplicateIds: undoes students' changes to cells."""

from __future__ import annotations

from collections.abc import Iterator

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook, Notebook
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.integrations.nbgrader.settings import Resources
from autograder.release.notebook import NBGRADER_SCHEMA

FIRST_FORMAT_WITH_CELL_IDS = (4, 5)


class RestoreCells(NbGraderPreprocessor):
    """Restores the metadata of each released cell, removes others, and adds deleted criteria.

    Without it nbgrader stops for a whole class at one copied cell, or at a cell that claims
    another version of the metadata.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Restore the metadata; OverwriteCells, which runs next, restores the text."""
        settings = resources["nbgrader"]
        with Gradebook(settings["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(settings["notebook"], settings["assignment"])
            missing = dict(_released_metadata(notebook))
            criteria = [cell.name for cell in notebook.task_cells]
        for cell in reversed(nb.cells):  # of copies the last one counts
            metadata = cell.metadata.pop("nbgrader", None)
            name = metadata.get("grade_id") if isinstance(metadata, dict) else None
            if isinstance(name, str) and name in missing:
                cell.metadata["nbgrader"] = missing.pop(name)
        for name in criteria:  # a criterion without a cell cannot be marked in formgrader
            if name in missing:
                nb.cells.append(_new_cell(name, missing[name], nb))
        return nb, resources


def _released_metadata(notebook: Notebook) -> Iterator[tuple[str, NotebookNode]]:
    """Yield the names of cells with the metadata that nbgrader released."""
    points = {cell.name: cell.max_score for cell in (*notebook.grade_cells, *notebook.task_cells)}
    tasks = {cell.name for cell in notebook.task_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    for cell in notebook.source_cells:
        metadata = NotebookNode(
            schema_version=NBGRADER_SCHEMA,
            grade_id=cell.name,
            checksum=cell.checksum,
            grade=cell.name in points and cell.name not in tasks,
            solution=cell.name in solutions,
            task=cell.name in tasks,
            locked=cell.locked,
        )
        if cell.name in points:
            metadata["points"] = points[cell.name]
        yield cell.name, metadata


def _new_cell(name: str, metadata: NotebookNode, nb: NotebookNode) -> NotebookNode:
    cell = new_markdown_cell(id=name, metadata={"nbgrader": metadata})
    if (nb.nbformat, nb.nbformat_minor) < FIRST_FORMAT_WITH_CELL_IDS:
        del cell["id"]
    return cell
