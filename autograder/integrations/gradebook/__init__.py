"""nbgrader's gradebook: scores and comments of every criterion go in, what people gave in
formgrader comes out.
"""

from autograder.integrations.gradebook.entries import FORMGRADER, Entry, entries_of
from autograder.integrations.gradebook.scores import Manual, manual_scores, write_scores

__all__ = ["FORMGRADER", "Entry", "Manual", "entries_of", "manual_scores", "write_scores"]
