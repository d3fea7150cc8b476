"""Checks that end in every way that the words of the form ask for."""

from __future__ import annotations

from fractions import Fraction

import pytest

from autograder.checks import Feedback, Rubric, Run, Submission, ask_a_person, deny, fail, partial


def words(submission: Submission) -> list[str]:
    """The words of the form; read once for all checks."""
    return submission.once("words", lambda: submission.file("form.txt").decode().split())


@pytest.mark.criterion("form.answers")
def test_first_answer(submission: Submission, feedback: Feedback) -> None:
    """Half an answer earns half; a neat form earns the bonus, and a remark."""
    if "neat" in words(submission):
        feedback.adjust("bonus.neat", "neat")
        feedback.note("neat")
    if "half" in words(submission):
        partial(Fraction(1, 2), "half", name="first")


@pytest.mark.criterion("form.answers")
def test_second_answer(submission: Submission, rubric: Rubric, run: Run) -> None:
    """A forbidden word is denied; the thresholds of the rubric are at hand."""
    if "forbidden" in words(submission):
        deny("forbidden")
    assert rubric.total == 10
    assert run.seed >= 0


@pytest.mark.criterion("form.essay")
def test_essay(submission: Submission) -> None:
    """An essay is for a person."""
    if "essay" in words(submission):
        ask_a_person("essay", count=len(words(submission)))


@pytest.mark.criterion("form.essay")
def test_length(submission: Submission) -> None:
    """A form has three words at least."""
    if "slip" in words(submission):
        fail("essay")  # whose words need a count
    if len(words(submission)) < 3:
        fail("short")


@pytest.mark.criterion("form.style")
def test_style(submission: Submission, feedback: Feedback) -> None:
    """Three of four points of style are proposed, where the extra file was handed in."""
    submission.file("extra.txt")
    feedback.propose(0.75, "style")
