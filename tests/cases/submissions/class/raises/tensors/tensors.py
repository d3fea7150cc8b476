"""One function raises, in a line that is named.

earns: 7
expect: test_mean raised tensors.py:23
es: Tu código lanzó ZeroDivisionError (tensors.py:23): `float division by zero`.
en: Your code raised ZeroDivisionError (tensors.py:23): `float division by zero`.
"""


def double(x):
    return 2 * x


def total(x):
    return x.sum().item()


def mean(x):
    return divide(total(x), 0)


def divide(a, b):
    return a / b
