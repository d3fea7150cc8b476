"""The notebook of an assignment, by nbgrader's schema 3; nbgrader's own preprocessors strip it."""

from __future__ import annotations

import ast
import copy
from fractions import Fraction
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.model import Assignment, Criterion, Lang
from autograder.release.source import SolutionSource, SourceCell
from autograder.text.sentences import say

NBGRADER_SCHEMA = 3  # of its cell metadata
CRITERIA_CELL = "criteria"  # the id of the heading above the criteria's cells
CHECK_CELL = "check"  # the id of the cell that runs the public checks
# nbgrader's formgrader shows it; a release does not contain it.
MARK_SCHEME = "### BEGIN MARK SCHEME\n{text}\n### END MARK SCHEME"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def source_notebook(
    source: SolutionSource | None, assignment: Assignment, lang: Lang
) -> NotebookNode:
    """Return the instructor's notebook: the solution, if it is code, and a cell per criterion."""
    cells = [_cell(cell) for cell in source.cells if cell.lang in (None, lang)] if source else []
    cells.append(_heading(assignment, lang))
    cells += [_criterion_cell(criterion, lang) for criterion in assignment.criteria]
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return new_notebook(cells=cells, metadata=metadata)


def stubbed_notebook(
    made: NotebookNode, source: SolutionSource | None, assignment: Assignment, lang: Lang
) -> NotebookNode:
    """Return the notebook that nbgrader keeps: without solutions and outputs, with locked cells."""
    from nbgrader import preprocessors as nbgrader

    notebook = copy.deepcopy(made)
    solutions = [cell for cell in source.cells if cell.criteria] if source else []
    titles = {cell.name: title_of(cell, assignment, lang) for cell in solutions}
    for position, cell in enumerate(notebook.cells):
        if cell.metadata.get("nbgrader", {}).get("solution"):
            stub = f"raise NotImplementedError({_quoted(titles[cell.id])})"
            clear = nbgrader.ClearSolutions(code_stub={"python": stub})
            one = new_notebook(cells=[cell], metadata=notebook.metadata)
            notebook.cells[position] = clear.preprocess(one, {})[0].cells[0]
    return _preprocessed(notebook, nbgrader.LockCells, nbgrader.ClearOutput)


def release_notebook(
    made: NotebookNode, source: SolutionSource | None, assignment: Assignment, lang: Lang
) -> NotebookNode:
    """Return the students' notebook: the stubbed one, also without instructions for marking."""
    from nbgrader import preprocessors as nbgrader

    notebook = _preprocessed(
        stubbed_notebook(made, source, assignment, lang), nbgrader.ClearMarkScheme
    )
    nbformat.validate(notebook)
    return notebook


def with_check_cell(notebook: NotebookNode, lang: Lang) -> NotebookNode:
    """Return the students' notebook with a last cell that runs the public checks in place.

    It is no cell of nbgrader's: the notebook may come back with or without it.
    """
    made = copy.deepcopy(notebook)
    source = f"# {say('release', 'check_cell', lang)}\n%load_ext autograder\n%check"
    made.cells.append(new_code_cell(source, id=CHECK_CELL))
    nbformat.validate(made)
    return made


def _preprocessed(notebook: NotebookNode, *steps: Any) -> NotebookNode:
    """Return a notebook after these preprocessors, with checksums; its metadata are checked."""
    from nbgrader import preprocessors as nbgrader

    resources: dict[str, Any] = {}
    for step in (*steps, nbgrader.ComputeChecksums, nbgrader.CheckCellMetadata):
        notebook, resources = step().preprocess(notebook, resources)
    return notebook


def stub_of(notebook: NotebookNode) -> str:
    """Return the students' notebook as a Python file in percent format, without the criteria."""
    work = copy.deepcopy(notebook)
    first = next(n for n, cell in enumerate(work.cells) if cell.id == CRITERIA_CELL)
    work.cells = work.cells[:first]
    for position, cell in enumerate(work.cells):
        following = work.cells[position + 1 : position + 2]
        defines = bool(following) and (_defines(cell, -1) or _defines(following[0], 0))
        cell.metadata = {"lines_to_next_cell": 2} if defines else {}  # as formatters want it
    plain = {"notebook_metadata_filter": "-all", "cell_metadata_filter": "-all"}
    text: str = jupytext.writes(work, fmt={"extension": ".py", "format_name": "percent", **plain})
    return text


def notebook_bytes(notebook: NotebookNode) -> bytes:
    """Return the notebook as a file; the same bytes each time."""
    return nbformat.writes(notebook, indent=1, sort_keys=True).encode() + b"\n"


def grade_id(criterion: str) -> str:
    """Return a criterion's id as nbgrader takes it: letters, digits, hyphens, underscores."""
    return criterion.replace(".", "-")


def title_of(cell: SourceCell, assignment: Assignment, lang: Lang) -> str:
    """Return the titles of the criteria that a solution cell decides, in words."""
    titles = [c.title.in_(lang) for c in assignment.criteria if c.id in cell.criteria]
    last = [title[:1].lower() + title[1:] for title in titles[1:]]
    return say("release", "and", lang).join([titles[0], *last])


def _cell(cell: SourceCell) -> NotebookNode:
    if cell.is_markdown:
        made = new_markdown_cell(cell.text, id=cell.name)
        made.metadata["nbgrader"] = _metadata(cell.name, locked=True)
        return made
    made = new_code_cell(cell.text, id=cell.name)
    if cell.criteria:
        made.metadata["nbgrader"] = _metadata(cell.name, solution=True)
    return made


def _heading(assignment: Assignment, lang: Lang) -> NotebookNode:
    made = new_markdown_cell(
        say("release", "criteria", lang, title=assignment.title.in_(lang)), id=CRITERIA_CELL
    )
    made.metadata["nbgrader"] = _metadata(CRITERIA_CELL, locked=True)
    return made


def _criterion_cell(criterion: Criterion, lang: Lang) -> NotebookNode:
    """Return a task of nbgrader: a person gives its points, running the notebook gives none."""
    cell_id = grade_id(criterion.id)
    text = f"**{criterion.title.in_(lang)}.** {criterion.earns.in_(lang)}"
    if criterion.manual:
        scheme = say("release", "mark_scheme", lang, points=criterion.points)
        text += "\n\n" + MARK_SCHEME.format(text=scheme)
    made = new_markdown_cell(text, id=cell_id)
    made.metadata["nbgrader"] = _metadata(
        cell_id, locked=True, task=True, points=as_number(criterion.points)
    )
    return made


def _defines(cell: NotebookNode, position: int) -> bool:
    """Return whether a cell's first (0) or last (-1) statement is a function or class."""
    body = ast.parse(cell.source).body if cell.cell_type == "code" else []
    return bool(body) and isinstance(body[position], (ast.FunctionDef, ast.ClassDef))


def _metadata(cell_id: str, *, points: float | None = None, **flags: bool) -> dict[str, Any]:
    kinds = {kind: flags.get(kind, False) for kind in ("grade", "solution", "locked", "task")}
    return {
        "schema_version": NBGRADER_SCHEMA,
        "grade_id": cell_id,
        **kinds,
        **({} if points is None else {"points": points}),
    }


def as_number(points: Fraction) -> float:
    """Return points as a number of JSON."""
    return int(points) if points.denominator == 1 else float(points)


def _quoted(title: str) -> str:
    """Return a Python string literal in double quotes."""
    return '"' + title.replace("\\", "\\\\").replace('"', '\\"') + '"'
