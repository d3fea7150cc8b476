"""Graders of sums."""

import pytest


@pytest.mark.criterion("performance.add")
def test_adds(submission):
    """1 + 1 is 2."""
    assert submission.call("add", 1, 1) == 2


@pytest.mark.criterion("performance.halve", weight=-2)
@pytest.mark.requires("performance.ad")
def test_halves(submission):
    """Half of 3 is 1.5."""
    assert submission.call("halve", 3) == 1.5


@pytest.mark.criterion("performance.halv")
def test_misspells_its_criterion(submission):
    """Misspelled."""


@pytest.mark.criterion("performance.double")
def test_belongs_elsewhere(submission):
    """Of another assignment."""


def test_has_no_mark(submission):
    """Unmarked."""


@pytest.mark.criterion
def test_names_nothing(submission):
    """Bare."""


@pytest.mark.criterion(f"performance.{__name__}")
def test_computes_its_criterion(submission):
    """Not plain text."""


@pytest.mark.criterion("performance.add", wieght=2)
def test_misspells_weight(submission):
    """Misspelled."""


@pytest.mark.criterion("performance.add", 2)
def test_weighs_without_saying_so(submission):
    """Positional."""


@pytest.mark.criterion("performance.add", weight="heavy")
def test_weighs_in_words(submission):
    """No number."""


@pytest.mark.criterion("performance.add")
@pytest.mark.criterion("performance.halve")
def test_serves_two(submission):
    """Two marks."""


@pytest.mark.criterion("performance.halve")
@pytest.mark.requires("performance.double")
def test_requires_what_never_runs_here(submission):
    """Requires a criterion of another assignment."""


@pytest.mark.requires("performance.subtract")
class TestTogether:
    """Requires what does not exist, for all its checks."""

    @pytest.mark.criterion("performance.halve")
    def test_requires_through_its_class(self, submission):
        """Marked by its class."""
