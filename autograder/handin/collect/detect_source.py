"""What kind of source something is: told by its look, or stated."""

from __future__ import annotations

from autograder.errors import CourseError
from autograder.handin.collect.candidate import Kind
from autograder.handin.collect.clones import CLONES
from autograder.handin.collect.gradescope import GRADESCOPE
from autograder.handin.collect.lms import CANVAS, MOODLE
from autograder.handin.collect.loose import FILES
from autograder.handin.collect.nbgrader import EXCHANGE, SUBMITTED
from autograder.handin.collect.tree import Tree
from autograder.model import Course

# The first that a source looks like: a look that others might share comes after theirs.
KINDS = {
    kind.name: kind for kind in (GRADESCOPE, CLONES, EXCHANGE, MOODLE, CANVAS, SUBMITTED, FILES)
}


WRAPPED = (EXCHANGE, MOODLE, CANVAS)  # whose names tell enough to be known in a folder around them


def recognised(tree: Tree, course: Course, stated: str | None) -> tuple[Tree, Kind]:
    """The kind that is stated, or the one that the source looks like, and the tree that it reads.

    CourseError where it looks like none.
    """
    inner = tree.inside()
    wrapped = (kind for kind in WRAPPED if inner is not None and kind.takes(inner, course))
    for kind in [KINDS[stated]] if stated is not None else KINDS.values():
        if kind is not FILES and kind.takes(tree, course):
            return tree, kind
    packed_again = next((kind for kind in wrapped if stated in (None, kind.name)), None)
    if inner is not None and packed_again is not None:
        return inner, packed_again
    if stated is not None or FILES.takes(tree, course):
        return tree, KINDS[stated or FILES.name]
    raise CourseError(
        f"{tree.place}: looks like no source that is known; say which it is with --from KIND"
    )
