"""The course as its public checks grade it: what a runner may have that students can read."""

from __future__ import annotations

from dataclasses import replace

from autograder.config.coverage import read_coverage
from autograder.errors import CourseError
from autograder.model import Assignment, Course


def with_public_checks(course: Course) -> Course:
    """Return the course in which public checks decide the criteria that they cover.

    Other criteria belong to no assignment here. CourseError where there are no public checks.
    """
    graded = [replace(each, is_graded_by_public=True) for each in course.assignments]
    public = replace(course, assignments=tuple(each for each in graded if each.is_gradable))
    if not public.assignments:
        raise CourseError(f"{course.root}: no public checks; expected public/test_*.py")
    coverage = read_coverage(public)
    if coverage.problems:
        raise CourseError(*map(str, coverage.problems))
    covered = tuple(_covered(each, coverage.criteria) for each in public.assignments)
    return replace(public, assignments=covered)


def _covered(assignment: Assignment, criteria: frozenset[str]) -> Assignment:
    """Return the assignment with the criteria that its checks cover."""
    kept = tuple(each for each in assignment.criteria if each.id in criteria)
    return replace(assignment, criteria=kept, needs_images=False)  # students have none either
