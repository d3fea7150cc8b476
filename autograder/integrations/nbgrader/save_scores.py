"""`SaveScores`, instead of nbgrader's SaveAutoGrades: writes criteria into the gradebook."""

from __future__ import annotations

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import SaveAutoGrades
from nbgrader.utils import is_grade

from autograder.integrations.gradebook import write_scores
from autograder.integrations.nbgrader.grade_in_sandbox import ENTRIES_KEY
from autograder.integrations.nbgrader.settings import Resources


class SaveScores(SaveAutoGrades):
    """Stores each criterion's score and comment, even if its cell is missing in the notebook."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Let nbgrader store the rest of the notebook, then store the criteria."""
        nb, resources = super().preprocess(nb, resources)
        if ENTRIES_KEY in resources:
            settings = resources["nbgrader"]
            names = settings["notebook"], settings["assignment"], settings["student"]
            with Gradebook(settings["db_url"]) as gradebook:
                notebook = gradebook.find_submission_notebook(*names)
                write_scores(notebook, resources[ENTRIES_KEY])
                gradebook.db.commit()
        return nb, resources

    def _add_comment(self, cell: NotebookNode, resources: Resources) -> None:
        # Only for answers that a person grades. For code, the comments of the criteria replace
        # nbgrader's "No response."
        if is_grade(cell):
            super()._add_comment(cell, resources)
