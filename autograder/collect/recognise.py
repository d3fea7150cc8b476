"""What kind of source something is: told by its look, or stated."""

from __future__ import annotations

from autograder.collect.clones import CLONES
from autograder.collect.found import Kind
from autograder.collect.gradescope import GRADESCOPE
from autograder.collect.lms import CANVAS, MOODLE
from autograder.collect.loose import FILES
from autograder.collect.nbgrader import EXCHANGE, SUBMITTED
from autograder.collect.tree import Tree
from autograder.errors import CourseError
from autograder.model import Course

# The first that a source looks like: a look that others might share comes after theirs.
KINDS = {kind.name: kind for kind in (GRADESCOPE, CLONES, EXCHANGE, MOODLE, CANVAS, SUBMITTED, FILES)}


def kind_of(tree: Tree, course: Course, stated: str | None) -> Kind:
    """The kind that is stated, or the one that the source looks like; CourseError where it looks like none."""
    if stated is not None:
        return KINDS[stated]
    for kind in KINDS.values():
        if kind.takes(tree, course):
            return kind
    raise CourseError(f"{tree.place}: looks like no source that is known; say which it is with --from KIND")
