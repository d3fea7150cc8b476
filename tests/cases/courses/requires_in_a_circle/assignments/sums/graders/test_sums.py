import pytest


@pytest.mark.criterion("performance.add")
@pytest.mark.requires("performance.double")
def test_adds(submission):
    """Requires what requires it."""


@pytest.mark.criterion("performance.halve")
@pytest.mark.requires("performance.halve")
def test_halves(submission):
    """Requires itself."""
