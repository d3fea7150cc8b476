# loses: code.mean
# base: solution
"""The mean is the total."""


def mean(x):
    return total(x)
