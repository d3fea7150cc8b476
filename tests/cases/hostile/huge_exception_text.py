# ends: test_total raised, test_mean blocked
# earns: 4
"""An exception of fifty megabytes, with a name of one and a cause of another fifty."""

cause = ValueError("cause " * (8 << 20))


def total(x):
    raise type("Name" * (1 << 18), (Exception,), {})("x" * (50 << 20)) from cause
