import pytest


@pytest.mark.criterion("performance.double")
@pytest.mark.requires("performance.halve")
def test_doubles(submission):
    """Requires what stands below it."""


@pytest.mark.criterion("performance.halve")
def test_halves(submission):
    """Requires nothing."""
