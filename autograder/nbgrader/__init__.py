"""nbgrader's commands over this harness: plug-ins by the names under which nbgrader_config.py knows them."""

from autograder.nbgrader.exporting import RubricCsv
from autograder.nbgrader.grading import GradeInSandbox
from autograder.nbgrader.lateness import LatePenalty
from autograder.nbgrader.restoring import RestoreCells
from autograder.nbgrader.saving import SaveScores

__all__ = ["GradeInSandbox", "LatePenalty", "RestoreCells", "RubricCsv", "SaveScores"]
