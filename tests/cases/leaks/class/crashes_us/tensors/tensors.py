"""An answer that brings a bug of the grader to light, whose trace quotes what was expected."""


def double(x, word):
    return 2 * x


def total(values, name):
    return "crash"


def mean(x, word):
    return float("nan")
