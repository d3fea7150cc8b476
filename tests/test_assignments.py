"""Whether the graders of the course are sound; which assignments it has is for grading.yml to say."""

from __future__ import annotations

import pytest

from autograder.course import load_course
from tests.command_line import REPOSITORY, autograder

SECONDS = 1200.0  # for models are measured, a hundred of them
GRADABLE = [assignment.id for assignment in load_course(REPOSITORY).assignments if assignment.is_gradable]


@pytest.mark.parametrize("id", GRADABLE)
def test_the_graders_of_an_assignment_are_sound(id: str) -> None:
    """Every case gets the marks that are known, and every check fails on a wrong answer."""
    ended = autograder("verify", id, "--course", REPOSITORY, seconds=SECONDS)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
