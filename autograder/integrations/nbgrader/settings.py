"""What the plug-ins are told in nbgrader_config.py: the course, where results go, how to grade."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from traitlets import List, Unicode
from traitlets.config import LoggingConfigurable

from autograder.config.course import load_course
from autograder.model import Assignment, Course


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
        """The course; CourseError where it is wrong."""
        return load_course(Path(self.folder))

    def find_assignment(self, id: str) -> Assignment | None:
        """The assignment called `id`; None where it is nbgrader's own, and none of the course's."""
        return next((a for a in self.course.assignments if a.id == id), None)
