"""Whether the graders of the course are sound; which assignments it has is for grading.yml to say."""

from __future__ import annotations

import pytest

from autograder.course import load_course
from tests.command_line import REPOSITORY, autograder

GRADABLE = [assignment.id for assignment in load_course(REPOSITORY).assignments if assignment.is_gradable]


@pytest.mark.parametrize("id", GRADABLE)
def test_the_graders_of_an_assignment_are_sound(id: str) -> None:
    """Solution, stub, wrong and right answers get the marks that are known, under two seeds."""
    ended = autograder("verify", id, "--course", REPOSITORY)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
