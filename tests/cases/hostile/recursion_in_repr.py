# ends: test_mean raised
# earns: 7
"""An object whose representation contains its own, in an exception that shows it."""


class Mirror:
    def __repr__(self):
        return f"<{self!r}>"


def mean(x):
    raise KeyError(Mirror())
