import pytest


@pytest.mark.criterion("performance.add")
@pytest.mark.requires("performance.double")
def test_adds(submission):
    """Requires what stands in another file."""


@pytest.mark.criterion("performance.add")
def test_adds_more(submission):
    """Requires nothing, but belongs to what does."""
