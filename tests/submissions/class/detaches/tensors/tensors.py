"""The double is right and its gradient is lost: half of a criterion.

earns: 8
expect: test_double_lets_the_gradient_through raised
es: Tu código lanzó RuntimeError.
en: Your code raised RuntimeError.
"""


def double(x):
    return 2 * x.detach()


def total(x):
    return x.sum().item()


def mean(x):
    return x.mean().item()
