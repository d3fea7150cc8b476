"""Wrong without a purpose: whatever a check would say of it must not quote what was expected."""


def double(x, word):
    return 3 * x


def total(values, name):
    return "nothing"


def mean(x, word):
    return 1.5
