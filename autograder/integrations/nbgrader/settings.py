"""Settings of the plug-ins in nbgrader_config.py: the course, the results folder, options."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from traitlets import List, Unicode
from traitlets.config import LoggingConfigurable

from autograder.config.course import load_course
from autograder.model import Assignment, Course

Resources: TypeAlias = dict[str, Any]  # nbconvert's, which preprocessors share


class HarnessCourse(LoggingConfigurable):
    """The settings of all plug-ins, as `c.HarnessCourse` in nbgrader_config.py."""

    folder = Unicode(help="The folder of grading.yml, or the file itself.").tag(config=True)
    out = Unicode(
        "graded", help="Where results and reports go, seen from nbgrader's course directory."
    ).tag(config=True)
    options = List(
        Unicode(), help="More words for `autograder grade`, such as --lang en or --jobs 1."
    ).tag(config=True)

    @cached_property
    def course(self) -> Course:
        """Return the course; CourseError if it has mistakes."""
        return load_course(Path(self.folder))

    def find_assignment(self, assignment_id: str) -> Assignment | None:
        """Return an assignment of the course; None if it is only nbgrader's."""
        for assignment in self.course.assignments:
            if assignment.id == assignment_id:
                return assignment
        return None
