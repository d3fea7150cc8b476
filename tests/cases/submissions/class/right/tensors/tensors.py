"""Everything is right.

earns: 10
expect: test_double passed
es: Correcto.
en: Right.
"""


def double(x):
    return 2 * x


def total(x):
    return x.sum().item()


def mean(x):
    return total(x) / x.numel()
