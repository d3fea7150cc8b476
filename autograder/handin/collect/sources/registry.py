"""The registry of all source types, and the detection of a source's type."""

from __future__ import annotations

from autograder.errors import CourseError
from autograder.handin.collect.source_tree import SourceTree
from autograder.handin.collect.sources.canvas import CANVAS_SOURCE
from autograder.handin.collect.sources.github_clones import CLONES_SOURCE
from autograder.handin.collect.sources.gradescope import GRADESCOPE_SOURCE
from autograder.handin.collect.sources.loose_files import FILES_SOURCE
from autograder.handin.collect.sources.moodle import MOODLE_SOURCE
from autograder.handin.collect.sources.nbgrader_folders import EXCHANGE_SOURCE, SUBMITTED_SOURCE
from autograder.handin.collect.sources.source_type import SourceType
from autograder.model import Course

# The first type that recognizes a source is taken, so the specific ones come first.
ALL_TYPES = (
    GRADESCOPE_SOURCE,
    CLONES_SOURCE,
    EXCHANGE_SOURCE,
    MOODLE_SOURCE,
    CANVAS_SOURCE,
    SUBMITTED_SOURCE,
    FILES_SOURCE,
)
SOURCE_TYPES = {source_type.name: source_type for source_type in ALL_TYPES}
# Types whose names are distinctive enough to be recognized inside a single outer folder.
WRAPPED_TYPES = (EXCHANGE_SOURCE, MOODLE_SOURCE, CANVAS_SOURCE)


def detect_source_type(
    tree: SourceTree, course: Course, stated: str | None
) -> tuple[SourceTree, SourceType]:
    """Return the tree to read and the source type that is stated or detected.

    Raises CourseError if no type recognizes the source.
    """
    considered = [SOURCE_TYPES[stated]] if stated is not None else list(ALL_TYPES)
    for source_type in considered:
        if source_type is not FILES_SOURCE and source_type.recognize(tree, course):
            return tree, source_type
    inner = tree.unwrapped()
    for source_type in WRAPPED_TYPES:
        if inner is not None and source_type in considered and source_type.recognize(inner, course):
            return inner, source_type
    if stated is not None:
        return tree, SOURCE_TYPES[stated]
    if FILES_SOURCE.recognize(tree, course):
        return tree, FILES_SOURCE
    raise CourseError(
        f"{tree.place}: looks like no source that is known; say which it is with --from KIND"
    )
