"""Graders of sums."""

import pytest


@pytest.mark.criterion("performance.add")
def test_adds(submission):
    """1 + 1 is 2."""
    assert submission.call("add", 1, 1) == 2


def halves(submission):
    """Half of 3 is 1.5."""
    assert submission.call("halve", 3) == 1.5
