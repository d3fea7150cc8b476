"""nbgrader's gradebook: scores and comments are written, marks given in formgrader are read."""

from autograder.integrations.gradebook.entries import FORMGRADER_AUTHOR, GradebookEntry, entries_of
from autograder.integrations.gradebook.scores import ManualScore, manual_scores, write_scores

__all__ = [
    "FORMGRADER_AUTHOR",
    "GradebookEntry",
    "ManualScore",
    "entries_of",
    "manual_scores",
    "write_scores",
]
