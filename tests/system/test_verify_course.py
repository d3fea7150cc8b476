"""Whether the graders of each assignment of grading.yml are sound."""

from __future__ import annotations

import pytest

from autograder.config.course import load_course
from autograder.model import Assignment
from tests.support.command_line import REPOSITORY, autograder

SECONDS = 900.0
GRADABLE = [
    assignment for assignment in load_course(REPOSITORY).assignments if assignment.is_gradable
]
# A whole proof takes minutes, ten where a model is measured: it is for `make verify`, and `release
# --check` holds every release to the very graders and cases that were proven.
# tests/sandbox/test_hostile_lies.py grades the solutions.
PART = ("stub", "generated/l*", "wrong/no_re*")


@pytest.mark.level_a
@pytest.mark.parametrize("assignment", GRADABLE, ids=lambda assignment: assignment.id)
def test_the_graders_of_an_assignment_are_sound(assignment: Assignment) -> None:
    """Every case gets the marks that are known, and, where all are graded, every check fails on a
    wrong answer.
    """
    part = [word for name in PART for word in ("--case", name)] if assignment.runs_code else []
    ended = autograder("verify", assignment.id, "--course", REPOSITORY, *part, seconds=SECONDS)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
