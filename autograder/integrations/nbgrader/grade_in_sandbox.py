"""`GradeInSandbox`, in the place of nbgrader's Execute: hand-ins are graded in the sandbox, no cell
runs here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast
from weakref import WeakKeyDictionary

from nbformat import NotebookNode
from nbgrader.api import Gradebook, Notebook
from nbgrader.converters import Autograde
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.errors import AutograderError, CourseError
from autograder.integrations.nbgrader.batch import Batch
from autograder.integrations.nbgrader.settings import HarnessCourse
from autograder.integrations.nbgrader.show_files import show_files
from autograder.model import Assignment
from autograder.release.notebook import grade_id

ENTRIES = "autograder"  # the key of nbconvert's resources under which the criteria go to SaveScores

# nbgrader makes its preprocessors anew for each notebook; what they share lives as long as its
# command.
_batches: WeakKeyDictionary[Autograde, Batch] = WeakKeyDictionary()


class GradeInSandbox(HarnessCourse, NbGraderPreprocessor):
    """Grades the hand-ins of a whole command at its first notebook; fails a student for a fault of
    ours.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Put the student's criteria into `resources`, and what else was handed in into the
        notebook.
        """
        told = resources["nbgrader"]
        try:
            with Gradebook(told["db_url"]) as gradebook:
                notebook = gradebook.find_notebook(told["notebook"], told["assignment"])
                assignment = self.find_assignment(told["assignment"])
                if not holds_criteria(notebook, assignment):
                    return nb, resources
                assert assignment is not None
            entries, submission = self._batch(assignment).graded(told["student"])
        except AutograderError as error:
            self.log.error("%s", error)  # nbgrader shows a traceback before it names the student
            raise
        show_files(nb, submission)
        resources[ENTRIES] = entries
        return nb, resources

    def _batch(self, assignment: Assignment) -> Batch:
        converter: Any = cast(Any, self.parent).parent  # of the exporter whose preprocessor this is
        if converter not in _batches:
            directory = converter.coursedir
            folders = [Path(folder) for folder in converter.assignments]
            is_filtered = directory.student_id != "*" or directory.student_id_exclude
            _batches[converter] = Batch(
                course=self.course,
                submitted=folders[0].parent.parent,
                out=Path(directory.root) / self.out,
                assignment=assignment,
                students=[folder.parent.name for folder in folders] if is_filtered else [],
                options=self.options,
                say=self.log.info,
            )
        return _batches[converter]


def holds_criteria(notebook: Notebook, assignment: Assignment | None) -> bool:
    """Whether the notebook holds the criteria; CourseError where points would go to what nobody
    grades.
    """
    where = f"source/{notebook.assignment.name}/{notebook.name}.ipynb"
    run = [cell.name for cell in notebook.grade_cells if cell.cell_type == "code"]
    run = [name for name in run if name not in {cell.name for cell in notebook.solution_cells}]
    if run:  # not executed, so without an error, nbgrader would give them full points
        raise CourseError(
            f"{where}: {', '.join(run)}: autograded tests, and no cell is run here; make them checks of the course"
        )
    held = {cell.name for cell in notebook.task_cells}
    wanted = {grade_id(c.id) for c in assignment.criteria} if assignment else set()
    if not wanted & held and (assignment is None or notebook.name != assignment.id):
        return False
    if missing := sorted(wanted - held):
        remedy = "run `nbgrader generate_assignment` on a notebook that has them"
        raise CourseError(f"{where}: no cell for {', '.join(missing)}; {remedy}")
    return True
