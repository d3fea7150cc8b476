"""The order of checks: what a check requires runs before it, in whichever file it stands."""

from __future__ import annotations

from autograder.config.course import load_course
from autograder.grading.check_order import name_of
from autograder.grading.grader import with_grader
from autograder.grading.pytest_session import in_session
from tests.support.places import CASES

COURSE = load_course(CASES / "courses" / "requires_what_comes_later")
SUMS = COURSE.assignment("sums")
AS_COLLECTED = ["test_adds", "test_adds_more", "test_doubles", "test_halves"]


def test_a_required_criterion_runs_before_what_requires_it() -> None:
    """Criteria run as they require each other; within one, checks keep their order."""
    names = with_grader(
        COURSE, SUMS, SUMS.graders, "es", lambda grader: [name_of(item) for item in grader.items]
    )
    assert names == ["test_halves", "test_doubles", "test_adds", "test_adds_more"]


def test_the_files_alone_would_give_another_order() -> None:
    """pytest collects these checks by file and line."""
    names = in_session(SUMS.graders, lambda session, _: [name_of(item) for item in session.items])
    assert names == AS_COLLECTED
