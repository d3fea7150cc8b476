# loses: code.total, code.mean
"""The total is the largest element, and the mean is made from it."""


def double(x):
    return 2 * x


def total(x):
    return x.max().item()


def mean(x):
    return total(x) / x.numel()
