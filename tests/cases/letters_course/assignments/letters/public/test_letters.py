"""The checks that students receive."""

from __future__ import annotations

import pytest

from autograder.checks import Submission


@pytest.mark.criterion("letters.vowels")
def test_vowels_of_a_short_word(submission: Submission) -> None:
    """One vowel is one."""
    assert submission.call("count_vowels", "sol") == 1
