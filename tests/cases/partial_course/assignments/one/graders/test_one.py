"""The hidden check of the first text."""

from __future__ import annotations

import pytest

from autograder.checks import Submission, fail


@pytest.mark.criterion("words.one")
def test_one(submission: Submission) -> None:
    """It says one."""
    if submission.file("one.txt").split() != [b"one"]:
        fail("another_word", count=len(submission.file("one.txt")))
