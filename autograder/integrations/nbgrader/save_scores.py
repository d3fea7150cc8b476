"""`SaveScores`, in the place of nbgrader's SaveAutoGrades: a sheet's criteria go into the
gradebook.
"""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import SaveAutoGrades
from nbgrader.utils import is_grade

from autograder.integrations.gradebook import write_scores
from autograder.integrations.nbgrader.grade_in_sandbox import ENTRIES


class SaveScores(SaveAutoGrades):
    """Stores each criterion's score and comment by its id, whatever became of the cells in the
    notebook.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Let nbgrader store what else the notebook holds, then the criteria, in one transaction."""
        nb, resources = super().preprocess(nb, resources)
        told = resources["nbgrader"]
        if ENTRIES in resources:
            with Gradebook(told["db_url"]) as gradebook:
                names = told["notebook"], told["assignment"], told["student"]
                write_scores(gradebook.find_submission_notebook(*names), resources[ENTRIES])
                gradebook.db.commit()
        return nb, resources

    def _add_comment(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        if is_grade(cell):  # an answer for a person; of code, criteria say more than "No response."
            super()._add_comment(cell, resources)
