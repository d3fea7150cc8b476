"""One function goes by another name.

earns: 7
expect: test_mean missing
es: Falta «mean» en tu entrega.
en: “mean” is missing from your submission.
"""


def double(x):
    return 2 * x


def total(x):
    return x.sum().item()


def average(x):
    return x.mean().item()
