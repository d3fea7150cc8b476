"""The assignments of a gradebook, with a task cell for each criterion."""

from __future__ import annotations

from datetime import datetime

from nbformat import NotebookNode
from nbgrader import api
from nbgrader.preprocessors import SaveCells

from autograder.errors import CourseError
from autograder.handin.collect.timestamp import as_utc
from autograder.model import Assignment, Lang
from autograder.release.notebook import grade_id, source_notebook, stubbed_notebook
from autograder.release.source import read_source

NEW_NOTEBOOK = "its notebook"  # how prepare_assignment names a notebook that it added


def prepare_assignment(
    gradebook: api.Gradebook, assignment: Assignment, lang: Lang, due: datetime | None
) -> list[str]:
    """Create the task cells of an assignment's criteria with the right points.

    Returns what was added or changed, in words. Raises CourseError if the gradebook holds something
    else under that name.
    """
    row = gradebook.db.query(api.Assignment).filter_by(name=assignment.id).one_or_none()
    changes = []
    if row is None:
        row = gradebook.add_assignment(assignment.id)
        changes.append("the assignment")
    elif row.course_id not in (gradebook.course_id, ""):
        raise CourseError(
            f"{assignment.id}: in this gradebook it belongs to the course {row.course_id!r}, "
            f"not to {gradebook.course_id!r}; name that with --course-id, "
            "or another gradebook with --db"
        )
    if due is not None and row.duedate != as_utc(due):
        row.duedate = as_utc(due)
        gradebook.db.commit()
        changes.append("its deadline")
    notebook = criteria_notebook(row, assignment)
    if notebook is None:
        _add_notebook(gradebook, assignment, lang)
        changes.append(NEW_NOTEBOOK)
    else:
        changes += _update_cells(gradebook, notebook, assignment, lang)
    return changes


def criteria_notebook(row: api.Assignment, assignment: Assignment) -> api.Notebook | None:
    """Return the notebook whose tasks are the criteria; None if the assignment has no notebook.

    Raises CourseError if no notebook holds a criterion.
    """
    wanted = {grade_id(criterion.id) for criterion in assignment.criteria}
    count_by_notebook = {
        notebook: len(wanted & {cell.name for cell in notebook.task_cells})
        for notebook in row.notebooks
    }
    best = max(count_by_notebook, key=lambda notebook: count_by_notebook[notebook], default=None)
    if best is not None and not count_by_notebook[best]:
        raise CourseError(
            f"{assignment.id}: in this gradebook {best.name!r} holds none of its criteria; "
            f"run `nbgrader generate_assignment {assignment.id}` on the notebook that "
            "`autograder nbgrader init` makes"
        )
    return best


def _add_notebook(gradebook: api.Gradebook, assignment: Assignment, lang: Lang) -> None:
    """Store what `nbgrader generate_assignment` would store of our notebook.

    nbgrader then accepts that notebook later.
    """
    url = gradebook.engine.url.render_as_string(hide_password=False)
    settings = {
        "notebook": assignment.id,
        "assignment": assignment.id,
        "db_url": url,
        "student": ".",
    }
    SaveCells().preprocess(_released_notebook(assignment, lang), {"nbgrader": settings})
    gradebook.db.expire_all()


def _update_cells(
    gradebook: api.Gradebook, notebook: api.Notebook, assignment: Assignment, lang: Lang
) -> list[str]:
    """Add new criteria and update points: nbgrader refuses both once somebody has handed in."""
    cells = {cell.name: cell for cell in notebook.task_cells}
    changes = []
    for criterion in assignment.criteria:
        name, points = grade_id(criterion.id), float(criterion.points)
        if name not in cells:
            task = api.TaskCell(
                name=name, notebook=notebook, max_score=points, cell_type="markdown"
            )
            source = _source_cell(notebook, name, _released_notebook(assignment, lang))
            gradebook.db.add_all([task, source])
            changes.append(criterion.id)
        elif cells[name].max_score != points:
            cells[name].max_score = points
            changes.append(f"the points of {criterion.id}")
    gradebook.db.commit()
    return changes


def _source_cell(notebook: api.Notebook, name: str, released: NotebookNode) -> api.SourceCell:
    """Return the text with which nbgrader replaces a student's version of a criterion's cell."""
    cell = next(cell for cell in released.cells if cell.id == name)
    checksum = cell.metadata["nbgrader"]["checksum"]
    return api.SourceCell(
        name=name,
        notebook=notebook,
        cell_type="markdown",
        locked=True,
        source=cell.source,
        checksum=checksum,
    )


def _released_notebook(assignment: Assignment, lang: Lang) -> NotebookNode:
    source = read_source(assignment) if assignment.runs_code else None
    return stubbed_notebook(source_notebook(source, assignment, lang), source, assignment, lang)
