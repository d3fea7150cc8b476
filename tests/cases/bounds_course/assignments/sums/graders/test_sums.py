"""The hidden checks of the sums: they trust what is answered, and stumble over what is not as they expect it."""

from __future__ import annotations

from pathlib import Path

import probes
import pytest

from autograder.checks import Feedback, ImageSet, Submission, fail, measure

WORK = 100_000  # additions over each number that is answered
IMAGES = 200


@pytest.mark.criterion("sums.pair")
@pytest.mark.parametrize("n", range(6))
def test_pair(submission: Submission, n: int) -> None:
    """A number comes with the next one."""
    first, second = submission.run(probes.pair, n)
    assert (first, second) == (n, n + 1)


@pytest.mark.criterion("sums.table")
def test_table(submission: Submission) -> None:
    """The square stands under its name."""
    assert submission.call("table", 3)["square"] == 9


@pytest.mark.criterion("sums.table")
def test_table_in_words(submission: Submission) -> None:
    """A wrong table is told by its own keys, which the sentence may not know."""
    answer = submission.call("table", 4)
    if answer.get("n") != 4:
        fail("wrong_table", **answer)


@pytest.mark.criterion("sums.many")
def test_many(submission: Submission) -> None:
    """Each number is worked on."""
    for number in submission.call("many", 10):
        assert sum(range(WORK)) >= 0 * number


@pytest.mark.criterion("sums.slow")
def test_slow(submission: Submission) -> None:
    """It answers."""
    assert submission.call("slow") == "done"


@pytest.mark.criterion("sums.model")
@pytest.mark.measure
def test_model(submission: Submission, feedback: Feedback) -> None:
    """The model is measured, on files that stand for images."""
    images = ImageSet(
        split="test",
        ids=tuple(range(IMAGES)),
        labels=(0,) * IMAGES,
        files=(Path(__file__),) * IMAGES,
        is_official=False,
        digest="0" * 64,
    )
    feedback.measured(measure(lambda batch: submission.call("model", len(batch)), images).measurement)
