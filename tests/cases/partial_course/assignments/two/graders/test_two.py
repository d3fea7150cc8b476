"""The hidden check of the second text."""

from __future__ import annotations

import pytest
from right.words import TWO

from autograder.checks import Submission, fail


@pytest.mark.criterion("words.two")
def test_two(submission: Submission) -> None:
    """It says two."""
    if submission.file("two.txt").decode().split() != [TWO]:
        fail("another_word", count=len(submission.file("two.txt")))
