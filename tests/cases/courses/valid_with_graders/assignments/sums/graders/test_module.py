"""A module that marks all its checks at once."""

import pytest

pytestmark = [pytest.mark.criterion("performance.add")]


def test_adds_nothing(submission):
    """Marked by its module."""


def helper(submission):
    """No check, and needs no mark."""
