"""The assignments of a gradebook, each criterion a task: made from our notebooks where nbgrader has
not.
"""

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

NOTEBOOK = "its notebook"


def prepare_assignment(
    gradebook: api.Gradebook, assignment: Assignment, lang: Lang, due: datetime | None
) -> list[str]:
    """Have a task of the right points for every criterion of an assignment; what was made for it,
    in words.

    CourseError where the gradebook has something else under that name.
    """
    found = gradebook.db.query(api.Assignment).filter_by(name=assignment.id).one_or_none()
    made = []
    if found is None:
        found = gradebook.add_assignment(assignment.id)
        made.append("the assignment")
    elif found.course_id not in (gradebook.course_id, ""):
        raise CourseError(
            f"{assignment.id}: in this gradebook it belongs to the course {found.course_id!r}, not to "
            f"{gradebook.course_id!r}; name that with --course-id, or another gradebook with --db"
        )
    if due is not None and found.duedate != as_utc(due):
        found.duedate = as_utc(due)
        gradebook.db.commit()
        made.append("its deadline")
    notebook = notebook_of(found, assignment)
    if notebook is None:
        _save_notebook(gradebook, assignment, lang)
        made.append(NOTEBOOK)
    else:
        made += _complete(gradebook, notebook, assignment, lang)
    return made


def notebook_of(found: api.Assignment, assignment: Assignment) -> api.Notebook | None:
    """The notebook whose tasks are the assignment's criteria; None where there is no notebook at
    all.

    CourseError where none of its notebooks holds a criterion.
    """
    wanted = {grade_id(c.id) for c in assignment.criteria}
    held = {
        notebook: len(wanted & {cell.name for cell in notebook.task_cells})
        for notebook in found.notebooks
    }
    best = max(held, key=lambda notebook: held[notebook], default=None)
    if best is not None and not held[best]:
        raise CourseError(
            f"{assignment.id}: in this gradebook {best.name!r} holds none of its criteria; run `nbgrader "
            f"generate_assignment {assignment.id}` on the notebook that `autograder nbgrader init` makes"
        )
    return best


def _save_notebook(gradebook: api.Gradebook, assignment: Assignment, lang: Lang) -> None:
    """Keep what `nbgrader generate_assignment` would of our notebook, so that it accepts that
    notebook later.
    """
    url = gradebook.engine.url.render_as_string(hide_password=False)
    told = {"notebook": assignment.id, "assignment": assignment.id, "db_url": url, "student": "."}
    SaveCells().preprocess(_notebook(assignment, lang), {"nbgrader": told})
    gradebook.db.expire_all()


def _complete(
    gradebook: api.Gradebook, notebook: api.Notebook, assignment: Assignment, lang: Lang
) -> list[str]:
    """Add the criteria that came later, and bring points up to date: nbgrader refuses once somebody
    handed in.
    """
    cells = {cell.name: cell for cell in notebook.task_cells}
    made = []
    for criterion in assignment.criteria:
        name, points = grade_id(criterion.id), float(criterion.points)
        if name not in cells:
            task = api.TaskCell(
                name=name, notebook=notebook, max_score=points, cell_type="markdown"
            )
            gradebook.db.add_all([task, _source_cell(notebook, name, _notebook(assignment, lang))])
            made.append(criterion.id)
        elif cells[name].max_score != points:
            cells[name].max_score = points
            made.append(f"the points of {criterion.id}")
    gradebook.db.commit()
    return made


def _source_cell(notebook: api.Notebook, name: str, made: NotebookNode) -> api.SourceCell:
    """What nbgrader puts in the place of a student's version of a criterion's cell."""
    cell = next(cell for cell in made.cells if cell.id == name)
    checksum = cell.metadata["nbgrader"]["checksum"]
    return api.SourceCell(
        name=name,
        notebook=notebook,
        cell_type="markdown",
        locked=True,
        source=cell.source,
        checksum=checksum,
    )


def _notebook(assignment: Assignment, lang: Lang) -> NotebookNode:
    source = read_source(assignment) if assignment.runs_code else None
    return stubbed_notebook(source_notebook(source, assignment, lang), source, assignment, lang)
