"""The total misses an element: the grader has a sentence of its own, and what rests on it is blocked.

earns: 4
expect: test_total failed
es: La suma de 6 elementos no es correcta.
en: The total of 6 elements is wrong.
expect: test_mean blocked
es: No se comprobó: antes debe funcionar «Suma».
en: Not checked: “Total” has to work first.
"""


def double(x):
    return 2 * x


def total(x):
    return x[1:].sum().item()


def mean(x):
    return total(x) / x.numel()
