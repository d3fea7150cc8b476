"""Two is added, not multiplied by: the numbers are wrong.

earns: 6
expect: test_double failed
es: El resultado no es el esperado.
en: The result is not the expected one.
"""


def double(x):
    return x + 2


def total(x):
    return x.sum().item()


def mean(x):
    return x.mean().item()
