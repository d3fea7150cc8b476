"""The hidden checks of a letter."""

from __future__ import annotations

import pytest

from autograder.checks import Feedback, Submission, fail


@pytest.mark.criterion("letter.greeting")
def test_greeting(submission: Submission, feedback: Feedback) -> None:
    """A letter greets; one without a close is penalised."""
    letter = submission.file("letter.yml")
    if b"\ngreeting: hello" not in letter:
        fail("no_greeting")
    if b"\nclose: " not in letter:
        feedback.adjust("penalty.in_a_hurry", "no_close")


@pytest.mark.criterion("letter.copy")
def test_copy(submission: Submission) -> None:
    """The copy is that of the letter."""
    if submission.file("copy.txt") != submission.file("letter.yml"):
        fail("other_copy")


@pytest.mark.criterion("letter.style")
def test_style(submission: Submission, feedback: Feedback) -> None:
    """Capitals are half the style."""
    feedback.propose(0.5 if b"HELLO" in submission.file("letter.yml") else 1, "style")
