"""The hidden check of the second text."""

from __future__ import annotations

import pytest
from right.words import TWO

from autograder.checks.asserting import fail
from autograder.checks.submission import Submission


@pytest.mark.criterion("words.two")
def test_two(submission: Submission) -> None:
    """It says two."""
    if submission.file("two.txt").decode().split() != [TWO]:
        fail("another_word", count=len(submission.file("two.txt")))
