"""One function never ends: the other criteria keep their points.

earns: 7
expect: test_mean timeout
es: Tu código no terminó a tiempo (límite por comprobación: 1 s).
en: Your code did not finish in time (limit per check: 1 s).
"""


def double(x):
    return 2 * x


def total(x):
    return x.sum().item()


def mean(x):
    while True:
        x = x + 1
