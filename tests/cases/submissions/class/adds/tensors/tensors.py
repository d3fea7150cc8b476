"""Two is added, not multiplied by: the numbers are wrong.

earns: 6
expect: test_double failed
es: Los valores no son los esperados.
en: The values are not the expected ones.
"""


def double(x):
    return x + 2


def total(x):
    return x.sum().item()


def mean(x):
    return x.mean().item()
