"""Published grades: frozen versions of OUT, what a new version changes, and their readers."""

from autograder.publishing.grade_files import (
    CriterionPoints,
    GradedAssignment,
    PublishedGrade,
    read_grade,
    read_grades,
)
from autograder.publishing.versions import graded_folder, latest_version, version_folders

__all__ = [
    "CriterionPoints",
    "GradedAssignment",
    "PublishedGrade",
    "graded_folder",
    "latest_version",
    "read_grade",
    "read_grades",
    "version_folders",
]
