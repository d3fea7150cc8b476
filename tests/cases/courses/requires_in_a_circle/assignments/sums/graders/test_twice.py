import pytest

pytestmark = [pytest.mark.criterion("performance.double"), pytest.mark.requires("performance.add")]


def test_doubles(submission):
    """Closes the circle."""


@pytest.mark.parametrize(
    "n",
    [
        pytest.param(1, marks=[pytest.mark.criterion("performance.add")]),
        pytest.param(2, marks=[pytest.mark.criterion("performance.double")]),
    ],
)
def test_by_parameter(submission, n):
    """Belongs to a criterion by its parameter: which one requires the other is not told by its text."""
