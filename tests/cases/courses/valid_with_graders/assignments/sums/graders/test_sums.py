"""Every way to mark a check: a decorator, a name, a parameter, a class, a module."""

from pytest import mark, param

HALVE = "performance.halve"
add = mark.criterion("performance.add")


@add
def test_adds(submission):
    """Marked through a name."""


@mark.parametrize("n", [param(1, marks=mark.criterion(HALVE, weight="1/2")), param(2, marks=add)])
def test_by_parameter(submission, n):
    """Marked parameter by parameter."""


@mark.criterion(HALVE, weight=0.5)
class TestHalves:
    """Marked as a class."""

    @mark.requires("performance.add")
    def test_halves_three(self, submission):
        """Marked by its class."""

    class TestMore:
        """A class in a class."""

        def test_halves_four(self, submission):
            """Marked by the outer class."""
