# loses: code.double
"""Two is added, not multiplied by."""


def double(x):
    return x + 2


def total(x):
    return x.sum().item()


def mean(x):
    return x.mean().item()
