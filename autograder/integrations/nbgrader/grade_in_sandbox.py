"""`GradeInSandbox`, instead of nbgrader's Execute: hand-ins are graded in the sandbox.

No cell is run in nbgrader's process.
"""

from __future__ import annotations

from pathlib import Path
from weakref import WeakKeyDictionary

from nbformat import NotebookNode
from nbgrader.api import Gradebook, Notebook
from nbgrader.converters import Autograde
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.errors import AutograderError, CourseError
from autograder.integrations.nbgrader.batch import NbgraderBatch
from autograder.integrations.nbgrader.settings import HarnessCourse, Resources
from autograder.integrations.nbgrader.show_files import show_files
from autograder.model import Assignment
from autograder.release.notebook import grade_id

ENTRIES_KEY = "autograder"  # of nbconvert's resources: the criteria for SaveScores

# nbgrader creates its preprocessors anew for each notebook, so what they share belongs to the
# converter, which lives as long as the command.
_batches: WeakKeyDictionary[Autograde, NbgraderBatch] = WeakKeyDictionary()


class GradeInSandbox(HarnessCourse, NbGraderPreprocessor):
    """Grades all hand-ins of a command at its first notebook.

    After a fault of ours the student fails in nbgrader's sense: nothing is scored.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Put the student's criteria into `resources`, and the other files into the notebook."""
        settings = resources["nbgrader"]
        try:
            with Gradebook(settings["db_url"]) as gradebook:
                notebook = gradebook.find_notebook(settings["notebook"], settings["assignment"])
                assignment = self.find_assignment(settings["assignment"])
                if not holds_criteria(notebook, assignment):
                    return nb, resources
                assert assignment is not None
            entries, submission = self._batch(assignment).graded(settings["student"])
        except AutograderError as error:
            self.log.error("%s", error)  # nbgrader shows a traceback before it names the student
            raise
        show_files(nb, submission)
        resources[ENTRIES_KEY] = entries
        return nb, resources

    def _batch(self, assignment: Assignment) -> NbgraderBatch:
        """Return the batch of the running command."""
        exporter = self.parent
        assert exporter is not None
        converter: Autograde = exporter.parent
        if converter not in _batches:
            directory = converter.coursedir
            folders = [Path(folder) for folder in converter.assignments]
            is_filtered = directory.student_id != "*" or directory.student_id_exclude
            _batches[converter] = NbgraderBatch(
                course=self.course,
                submitted=folders[0].parent.parent,
                out=Path(directory.root) / self.out,
                assignment=assignment,
                students=[folder.parent.name for folder in folders] if is_filtered else [],
                options=self.options,
                log=self.log.info,
            )
        return _batches[converter]


def holds_criteria(notebook: Notebook, assignment: Assignment | None) -> bool:
    """Return whether the notebook holds the criteria of the assignment.

    Raises CourseError for autograded tests, and for a notebook with only some of the criteria.
    """
    place = f"source/{notebook.assignment.name}/{notebook.name}.ipynb"
    solutions = {cell.name for cell in notebook.solution_cells}
    tests = [
        cell.name
        for cell in notebook.grade_cells
        if cell.cell_type == "code" and cell.name not in solutions
    ]
    if tests:  # not executed, so without an error, and nbgrader would give them full points
        raise CourseError(
            f"{place}: {', '.join(tests)}: autograded tests, and no cell is run here; "
            "make them checks of the course"
        )
    present = {cell.name for cell in notebook.task_cells}
    if assignment is None:
        return False
    wanted = {grade_id(criterion.id) for criterion in assignment.criteria}
    if not wanted & present and notebook.name != assignment.id:
        return False
    if missing := sorted(wanted - present):
        remedy = "run `nbgrader generate_assignment` on a notebook that has them"
        raise CourseError(f"{place}: no cell for {', '.join(missing)}; {remedy}")
    return True
