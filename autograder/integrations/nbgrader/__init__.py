"""nbgrader's commands over this harness: plug-ins by the names in nbgrader_config.py."""

from autograder.integrations.nbgrader.export_csv import RubricCsv
from autograder.integrations.nbgrader.grade_in_sandbox import GradeInSandbox
from autograder.integrations.nbgrader.late_penalty import LatePenalty
from autograder.integrations.nbgrader.restore_cells import RestoreCells
from autograder.integrations.nbgrader.save_scores import SaveScores

__all__ = ["GradeInSandbox", "LatePenalty", "RestoreCells", "RubricCsv", "SaveScores"]
