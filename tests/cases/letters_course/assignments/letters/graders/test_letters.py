"""The hidden checks of the course of letters."""

from __future__ import annotations

import pytest

from autograder.checks import Submission, fail


@pytest.mark.criterion("letters.vowels")
def test_vowels_of_a_word(submission: Submission) -> None:
    """Five vowels are five."""
    if submission.call("count_vowels", "murcielago") != 5:
        fail("miscounted")


@pytest.mark.criterion("letters.vowels")
def test_vowels_in_capitals(submission: Submission) -> None:
    """A capital letter is a letter."""
    if submission.call("count_vowels", "AVE") != 2:
        fail("miscounted")


@pytest.mark.criterion("letters.mirror")
def test_palindrome(submission: Submission) -> None:
    """A word that is one, and one that is none."""
    words = ("reconocer", "canaryreconoced")
    if [submission.call("is_palindrome", word) for word in words] != [True, False]:
        fail("mirrored")


@pytest.mark.criterion("letters.notes")
def test_notes(submission: Submission) -> None:
    """The notes hold a word that reads the same from behind."""
    words = submission.file("notes.md").decode().split()
    if not any(len(word) > 2 and word == word[::-1] for word in words):
        fail("without_a_palindrome")


@pytest.mark.criterion("letters.style")
def test_style(submission: Submission) -> None:
    """Somebody reads the code."""
    assert submission
